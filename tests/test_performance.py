import logging

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .common import StageCommon
from .workload import Figures, Workload, ratio

_logger = logging.getLogger(__name__)

PAST_WORKORDERS = 35_000
MANY_MATERIALS = 40
STAGE_ACTS = [f'{act} {number}' for number in range(3) for act in ('start', 'finish')]


class PerformanceCommon(StageCommon):
    """The same orders with and without stages, in one database, turn by turn.

    Plain orders here have the app's indexes and its hints to the ORM at their service, so they are at least as
    fast as without the app; ``dev/bench`` compares with a database that lacks it.
    """

    ROUNDS = 5

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workload = Workload(cls.env)

    def _compare(self, live, materials):
        """Run plain and staged orders in turn, after a round that warms up.

        :param live: takes a template and figures
        :return: figures of the plain ones, of the staged ones
        """
        plain, staged = self._create_template(False, materials), self._create_template(True, materials)
        live(plain, Figures())
        live(staged, Figures())
        figures = {plain: Figures(), staged: Figures()}
        for turn in range(self.ROUNDS):
            for template in (plain, staged)[::-1 if turn % 2 else 1]:
                live(template, figures[template])
        return figures[plain], figures[staged]

    def _create_template(self, use_stages, materials):
        return self.workload.create_template(use_stages, materials)

    def _live(self, template, figures):
        self.workload.live(template, figures, self.supervisor_user)

    def _work_first_stage(self, template, figures):
        order = self.workload.create_order(template, self.supervisor_user)
        order.action_confirm()
        self.workload.work(order.workorder_ids[0], figures)

    def _log(self, title, plain, staged, acts=None, plain_acts=None):
        """Note the figures: a ratio that only just holds is worth knowing."""
        _logger.info(
            "%s: plain %.0f ms, %d queries; staged %.0f ms, %d queries: %.2f of the time",
            title, plain.median_seconds(plain_acts or acts) * 1000, plain.median_queries(plain_acts or acts),
            staged.median_seconds(acts) * 1000, staged.median_queries(acts), ratio(staged, plain, acts, plain_acts))


@tagged('post_install', '-at_install')
class TestOrderLife(PerformanceCommon):
    """In an empty shop, where nothing hides what posting every stage as it happens takes."""

    def test_whole_life_takes_at_most_1_3_times_plain(self):
        plain, staged = self._compare(self._live, materials=(2, 2, 1))
        self._log("Life of an order", plain, staged)
        self.assertLessEqual(staged.median_queries(), 1.3 * plain.median_queries())
        self.assertLessEqual(ratio(staged, plain), 1.3)


@tagged('post_install', '-at_install')
class TestBusyWorkCenter(PerformanceCommon):
    """At a work center with 35,000 past work orders, all of which core reads when a work order starts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workload.create_past(PAST_WORKORDERS)

    def test_stage_takes_at_most_half_of_plain(self):
        """Start and finish of a stage that uses no material: then both do the same."""
        plain, staged = self._compare(self._work_first_stage, materials=(0, 0))
        self._log("A stage at a busy work center", plain, staged)
        self.assertLessEqual(ratio(staged, plain), 0.5)

    def test_stages_with_materials_are_faster_than_plain(self):
        """From the first start to goods in stock. A plain order posts all its materials when it is closed, ours
        with each stage: so closing counts for both.

        This, too, takes about 0.47 of the time. What is left is Odoo's posting of the materials, the same on both
        sides, whose share depends on the machine: hence the bound is wider.
        """
        plain, staged = self._compare(self._live, materials=(2, 2, 1))
        work = [*STAGE_ACTS, 'close']
        self._log("All stages and the close at a busy work center", plain, staged, work)
        self._log("The same, though plain has posted nothing", plain, staged, STAGE_ACTS)
        self._log("Its second stage", plain, staged, ['start 1', 'finish 1'])
        self._log("Whole life at a busy work center", plain, staged)
        self.assertLessEqual(ratio(staged, plain, work), 0.65)
        self.assertLessEqual(ratio(staged, plain), 1.3)


@tagged('post_install', '-at_install')
class TestManyMaterials(PerformanceCommon):
    """A stage that uses 40 materials at its start, beside Odoo's own posting of the same 40 moves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workload = Workload(cls.env, materials=MANY_MATERIALS)

    def _create_template(self, use_stages, materials):
        return self.workload.create_template(use_stages, materials, mode='start')

    def _consume(self, template, figures):
        order = self.workload.create_order(template, self.supervisor_user)
        order.action_confirm()
        if template.use_stages:
            self.workload.measure(figures, 'consume', order.workorder_ids.stage_start)
        else:
            self.workload.measure(figures, 'consume', lambda: self._post_plain(order))
        self.assertEqual(order.move_raw_ids.mapped('state'), ['done'] * MANY_MATERIALS)
        self.assertEqual(order.move_raw_ids.mapped('quantity'), [10] * MANY_MATERIALS)

    def _post_plain(self, order):
        moves = order.move_raw_ids.sudo()
        moves.picked = True
        moves._action_done()

    def test_start_takes_at_most_1_2_times_the_moves(self):
        plain, staged = self._compare(self._consume, materials=(MANY_MATERIALS,))
        self._log("40 materials", plain, staged)
        self.assertLessEqual(staged.median_queries(), 1.2 * plain.median_queries())
        self.assertLessEqual(ratio(staged, plain), 1.2)


@tagged('post_install', '-at_install')
class TestTenStages(PerformanceCommon):
    """An order of ten stages that use forty materials, from its first finish to goods in stock.

    A plain order posts its materials and tells its cost when it is closed, ours with each stage: so all finishes
    count for both.
    """

    MATERIALS = (MANY_MATERIALS // 10,) * 10
    ROUNDS = 3

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workload = Workload(cls.env, materials=MANY_MATERIALS)
        cls.operator.hourly_cost = cls.supervisor.hourly_cost = 17.0

    def test_finishing_and_closing_takes_at_most_1_2_times_plain(self):
        plain, staged = self._compare(self._live, materials=self.MATERIALS)
        work = [*(f'finish {number}' for number in range(10)), 'close']
        self._log("Ten stages, forty materials", plain, staged, work)
        self._log("The act that closes it", plain, staged, ['finish 9', 'close'])
        self._log("Its whole life", plain, staged)
        self.assertLessEqual(staged.median_queries(work), 1.2 * plain.median_queries(work))
        self.assertLessEqual(ratio(staged, plain, work), 1.2)


@tagged('post_install', '-at_install')
class TestQueryCounts(StageCommon):
    """Queries have no noise: an act takes as many whatever else is in the database, and for one stage or fifty."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workload = Workload(cls.env)
        cls.reason = cls.env['mrp.hold.reason'].search([], limit=1)

    def _create_orders(self, template, count):
        orders = self.env['mrp.production'].union(*(self.workload.create_order(template) for _number in range(count)))
        orders.action_confirm()
        return orders

    def _count_acts(self, stage):
        """Return the queries of each kind of act, done one after the other on a ready stage by its operator."""
        figures = Figures()
        stage = stage.with_user(self.operator_user).browse(stage.id)
        for name, act in (
            ('assign', lambda: stage.with_user(self.supervisor_user).stage_assign(self.operator.id)),
            ('start', stage.stage_start),
            ('pause', stage.stage_pause),
            ('resume', stage.stage_resume),
            ('cancel_start', stage.stage_cancel_start),
            ('start again', stage.stage_start),
            ('hold', lambda: stage.stage_hold(self.reason.id)),
            ('release', stage.stage_release),
            ('resume again', stage.stage_resume),
            ('finish part', lambda: stage.stage_finish(qty=4)),
            ('finish', stage.stage_finish),
        ):
            self.workload.measure(figures, name, act)
        return {name: counts[0] for name, counts in figures.queries.items()}

    def test_acts_cost_the_same_with_10_and_1000_orders(self):
        # What a start changes depends on whether a second has passed.
        for mode in ('start', 'finish'):
            with self.subTest(materials_leave_at=mode), freeze_time(fields.Datetime.now()):
                template = self.workload.create_template(True, mode=mode)
                # One that is done, one in progress, the others not started.
                orders = self._create_orders(template, 10)
                for stage in orders[0].workorder_ids:
                    self.workload.work(stage, Figures())
                self.workload.work(orders[1].workorder_ids[0], Figures())
                orders[1].workorder_ids[1].stage_start()
                self._count_acts(orders[2].workorder_ids[0])
                with_10 = self._count_acts(orders[3].workorder_ids[0])
                for order in (orders[0], orders[1], orders[4]):
                    self.workload.copy_order(order, 330)
                self.assertEqual(self._count_acts(orders[5].workorder_ids[0]), with_10)

    def test_fifty_starts_cost_less_than_three_times_one(self):
        one, fifty = self._count_starts('finish')
        self.assertLess(fifty, 3 * one)

    def test_fifty_starts_with_materials_cost_three_queries_per_material_more(self):
        """Odoo's own stock locks and reads each quant that a move line takes from, line by line: three queries, for
        two materials here. Nothing else may cost more for fifty stages than for one."""
        one, fifty = self._count_starts('start')
        self.assertLessEqual(fifty - one, 49 * 2 * 3 + one // 10)

    def _count_starts(self, mode):
        orders = self._create_orders(self.workload.create_template(True, mode=mode), 52)
        stages = orders.workorder_ids.filtered(lambda stage: stage.stage_status == 'ready')
        self.assertEqual(len(stages), 52)
        figures = Figures()
        for name, stage_ids in (('warm', stages.ids[:1]), ('one', stages.ids[1:2]), ('fifty', stages.ids[2:])):
            some = self.env['mrp.workorder'].with_user(self.operator_user).browse(stage_ids)
            self.workload.measure(figures, name, some.stage_start)
        _logger.info("Starts with materials at %s: %s", mode, dict(figures.queries))
        return figures.queries['one'][0], figures.queries['fifty'][0]
