from dataclasses import dataclass, field


@dataclass(slots=True)
class Usage:
    """What was really used of one material.

    :ivar quantity: in the unit of measure of the move
    :ivar lots: quantity per `stock.lot`, in the same unit; empty where Odoo may choose
    """

    quantity: float = 0.0
    lots: dict = field(default_factory=dict)

    def add(self, quantity, lot=None):
        """Count one more line of the same material."""
        self.quantity += quantity
        if lot:
            self.lots[lot] = self.lots.get(lot, 0.0) + quantity
