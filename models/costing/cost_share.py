"""What an order had spent on which units before some of them left it."""

from ...engine import flow as engine
from ...engine.amount import size
from ...engine.costing import Leaving, share_of


class CostShare:
    """Taken before units leave an order; tells afterwards which share of each stage's cost leaves with them."""

    def __init__(self, stage):
        """
        :param stage: where the units are
        """
        self.stage = stage
        self.flow = stage.production_id._load_flow()
        self.supplied = {other.id: self._quanta(other.qty_supplied) for other in self.flow.stages}

    def _quanta(self, quantity):
        return engine.to_quanta(quantity, self.flow.rounding)

    def leaving(self, act):
        """Return the engine's `Leaving` of the units that an act has let leave.

        :param act: `StageAct`
        """
        now = self.stage.production_id._load_flow()
        worked = {}
        for other in self.flow.stages:
            before = size(self.flow.passed_amount(other))
            if other == self.stage:
                arrived = engine.arrived(self.flow.graph, self.flow.state, other.id)
                worked[other.id] = share_of(self._get_moved(act), size(arrived))
            else:
                worked[other.id] = share_of(before - size(now.passed_amount(other)), before)
        supplied = {
            other.id: share_of(
                self.supplied[other.id] - self._quanta(other.qty_supplied), self.supplied[other.id])
            for other in self.flow.stages
        }
        return Leaving(supplied, worked, act.units.get(self.stage.id, frozenset()))

    def _get_moved(self, act):
        if self.flow.is_numbered:
            return len(act.units[self.stage.id])
        return self._quanta(act.quantity[self.stage.id])
