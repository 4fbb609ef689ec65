from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(slots=True)
class StageAct:
    """One act of one person on one or more stages, on its way through the door.

    :ivar kind: what is done, a kind of `mrp.workorder.event`; its check may find that it is another one
    :ivar employee: `hr.employee` who acts, empty for an office user without an employee
    :ivar occurred_at: when it happened, naive UTC
    :ivar source: from where, a source of `mrp.workorder.event`
    :ivar request: the caller's arguments, JSON-able
    :ivar is_supervisor: the person may act on stages of others
    :ivar photos: `Photo` that the act brings; too big for the request
    :ivar checks: `GivenAnswer` to checklists
    :ivar available_from: when the technological wait of what it starts is over, per stage id, where units are numbered
    :ivar cycle: the highest rework cycle of the units it names, per stage id, where they are numbered
    :ivar quantity: units moved, per stage id, in the order's unit of measure
    :ivar units: numbers of the units it is about, per stage id, of orders that are made unit by unit
    :ivar to: the stage units return to
    :ivar batch: the order that was split off
    :ivar reopened: units that have to do a stage again, per stage id
    :ivar undo: what must be known to take the act back besides where the units were, per stage id; JSON-able
    :ivar moves: stock moves the act caused, per stage id
    :ivar attachments: photos as kept, per stage id
    :ivar records: values of what the act writes down besides its events, kept until these exist
    :ivar kept: what a concern keeps from one step of the door to the next, under a name of its own
    """

    kind: str
    employee: Any
    occurred_at: datetime
    source: str
    is_supervisor: bool
    request: dict
    client_key: str | None = None
    note: str | None = None
    reason: Any = None
    photos: list = field(default_factory=list)
    checks: list = field(default_factory=list)
    available_from: dict[int, datetime] = field(default_factory=dict)
    cycle: dict[int, int] = field(default_factory=dict)
    quantity: dict[int, float] = field(default_factory=dict)
    units: dict[int, frozenset[int]] = field(default_factory=dict)
    to: Any = None
    batch: Any = None
    reopened: dict[int, float] = field(default_factory=dict)
    undo: dict[int, dict] = field(default_factory=dict)
    moves: dict[int, Any] = field(default_factory=dict)
    attachments: dict[int, Any] = field(default_factory=dict)
    records: list[dict] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)
    answer: dict[int, dict] = field(default_factory=dict)

    def add_units(self, stage, flow, amount):
        """Remember which units the act moved at a stage.

        :param flow: `OrderFlow` of the stage's order
        :param amount: as the flow's acts return it
        """
        self.quantity[stage.id] = flow.quantity(amount)
        if flow.is_numbered:
            self.name_units(stage, flow, amount)
        self.reopened |= flow.reopened

    def name_units(self, stage, flow, numbers):
        """Remember which numbered units the act is about at a stage."""
        self.units[stage.id] = frozenset(numbers)
        self.cycle[stage.id] = max((flow.cycle(stage, number) for number in numbers), default=1)
