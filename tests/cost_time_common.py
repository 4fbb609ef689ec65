from datetime import timedelta

from freezegun import freeze_time

from .test_cost_ledger import CostCommon


class TimeCommon(CostCommon):
    """Olga costs 60.00 an hour: a minute of hers is 1.00. Hugo costs 30.00; the roaster costs 120.00."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator.hourly_cost = 60.0
        cls.helper.hourly_cost = 30.0
        cls.roaster.costs_hour = 120.0
        cls.begin = cls.now

    @classmethod
    def _at(cls, minutes):
        """A moment so many minutes after the beginning."""
        return cls.begin + timedelta(minutes=minutes)

    @classmethod
    def _start(cls, stage, user, minutes, now=None, act='stage_start'):
        with freeze_time(cls._at(now or minutes)):
            getattr(stage.with_user(user), act)(occurred_at=cls._at(minutes))

    @classmethod
    def _finish(cls, stage, user, minutes, now=None, **finish):
        with freeze_time(cls._at(now or minutes)):
            stage.with_user(user).stage_finish(occurred_at=cls._at(minutes), **finish)

    def _roast(self, start, end, now=None, user=None):
        """Roast a batch of 20 from one minute to another; return the stage."""
        stage = self._create_order(20).workorder_ids[0]
        self._start(stage, user or self.operator_user, start, now)
        self._finish(stage, user or self.operator_user, end, now)
        return stage

    def _cost(self, stage):
        """What the stage cost in labor and work center."""
        self.env.invalidate_all()
        return round(stage.cost_labor, 2), round(stage.cost_workcenter, 2)
