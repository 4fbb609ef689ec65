"""The numbered units of one stage at the moment of an act."""

from .mrp_workorder_unit import IN_HAND


class StageUnits:
    """Which units may be worked at a stage, in whose hands others are, and which still have to wait."""

    def __init__(self, stage, flow, rows, moment):
        """
        :param flow: `OrderFlow` of the stage's order
        :param rows: `mrp.workorder.unit` of the stage, at least those in hand and those that wait
        :param moment: of the act, naive UTC
        """
        self.flow = flow
        self.ready = flow.ready_amount(stage)
        self.in_hand = {row.number: row for row in rows if row.status in IN_HAND}
        self.waits = {row.number: row.available_from for row in rows if (row.available_from or moment) > moment}

    @property
    def free(self):
        """Numbers of the units that nobody has begun, in order."""
        return sorted(self.ready - self.in_hand.keys())

    @property
    def ripe(self):
        """Of these the ones that need not wait any more."""
        return [number for number in self.free if number not in self.waits]

    def get_wait_end(self, numbers):
        """Return when the last of these units need not wait any more, or False."""
        return max((self.waits[number] for number in numbers if number in self.waits), default=False)

    def filter_in_hand(self, status, act=None):
        """Return the numbers of the units in hand that have this status, in order.

        :param act: only those in the hands of whoever does this
        """
        return sorted(
            number for number, row in self.in_hand.items()
            if row.status == status and (act is None or row._is_of(act)))

    def by_person(self, numbers):
        """Return whose hands these units are in: ``{name: [number, …]}``."""
        people = {}
        for number in sorted(numbers):
            people.setdefault(self.in_hand[number]._get_person_name(), []).append(number)
        return people
