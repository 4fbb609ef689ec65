from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .aggregation_common import AggregationCommon


@tagged('post_install', '-at_install')
class TestAggregationRefusals(AggregationCommon):
    """What cannot be one batch is refused in a sentence, and nothing has changed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._order_flyers()

    def _assert_refused(self, orders, pattern, error=UserError):
        before = self._read_state(orders)
        count = self.env['mrp.production'].search_count([])
        with self.assertRaisesRegex(error, pattern), self.env.cr.savepoint():
            self._aggregate(orders)
        self.assertEqual(self._read_state(orders), before)
        self.assertEqual(self.env['mrp.production'].search_count([]), count)

    def test_one_order(self):
        self._assert_refused(self.order, "at least two")

    def test_other_templates_and_modes(self):
        order = self.order
        self._assert_refused(order | self._create_order(), "differ in: product, template")
        self._assert_refused(order | self._order_flyers(batch_mode='unit'), "differ in: batch mode")
        dozen = self.env.ref('uom.product_uom_dozen')
        self._assert_refused(order | self._order_flyers(product_uom_id=dozen.id), "differ in: unit of measure")

    def test_another_company(self):
        company = self.env['res.company'].create({'name': "Other printers"})
        self.supervisor_user.company_ids |= company
        self.env.user.company_ids |= company
        template = self.env['mrp.bom'].with_company(company).create({
            'product_tmpl_id': self.flyer.product_tmpl_id.id, 'use_stages': True, 'company_id': company.id,
            'operation_ids': [Command.create({'name': "Printing"})]})
        other = self.env['mrp.production'].with_company(company).create(
            {'product_id': self.flyer.id, 'product_qty': 5, 'bom_id': template.id, 'company_id': company.id})
        other.action_confirm()
        orders = (self.order | other).with_context(allowed_company_ids=(self.company | company).ids)
        before = orders.mapped('state')
        with self.assertRaisesRegex(UserError, "company"), self.env.cr.savepoint():
            orders.with_user(self.supervisor_user).aggregate()
        self.assertEqual(orders.mapped('state'), before)

    def test_drafts_and_closed_orders(self):
        order = self.order
        self._assert_refused(order | self._order_flyers(confirm=False), "is a draft")
        cancelled = self._order_flyers()
        cancelled.action_cancel()
        self._assert_refused(order | cancelled, "is cancelled")
        done = self._order_flyers()
        self._run(done)
        self._assert_refused(order | done, "is closed")

    def test_started_orders(self):
        order, started = self.order, self._order_flyers()
        started.workorder_ids[0].stage_start()
        self._assert_refused(order | started, "has started")
        started.workorder_ids[0].stage_cancel_start()
        self._assert_refused(order | started, "has started")

    def test_held_stages(self):
        order, held = self.order, self._order_flyers()
        held.workorder_ids[0].stage_hold(self.env.ref('mrp_production_stage.hold_reason_material').id)
        self._assert_refused(order | held, "is on hold")

    def test_parts_and_batches(self):
        order = self.order
        batch = self._aggregate(self._order_flyers() | self._order_flyers())
        self._assert_refused(order | batch, "batch of several orders already")
        self._assert_refused(order | batch.aggregated_ids[0], "part of the batch")
        part = self._order_flyers()
        part.parent_batch_id = order
        self._assert_refused(part | self._order_flyers(), "sub-batch")

    def test_materials_and_stages_of_their_own(self):
        order, other = self.order, self._order_flyers()
        other.move_raw_ids = [Command.create({
            'product_id': self.label.id, 'product_uom_qty': 1, 'product_uom': self.unit.id,
            'location_id': other.location_src_id.id, 'location_dest_id': other.production_location_id.id})]
        self._assert_refused(order | other, "uses a material that is not in its template: Label")

    def test_named_lots(self):
        self.flyer.tracking = 'lot'
        order, other = self.order, self._order_flyers()
        other.lot_producing_ids = self.env['stock.lot'].create({'product_id': self.flyer.id, 'name': "L1"})
        self._assert_refused(order | other, "lot or serial numbers")

    def test_short_materials_that_the_template_forbids(self):
        self.flyer_template.shortage_policy = 'block'
        orders = self._order_flyers(20) | self._order_flyers(10)
        self.env['stock.quant']._update_available_quantity(self.paper, self.stock_location, -996)
        self._assert_refused(orders, "materials are short")

    def test_who_may(self):
        orders = self._order_flyers() | self._order_flyers()
        mrp_user = new_test_user(self.env, login='stage_plain_mrp', groups='mrp.group_mrp_user')
        for user in (self.operator_user, self.seller, mrp_user):
            with self.assertRaises(AccessError):
                orders.with_user(user).aggregate()
        batch = self._aggregate(orders)
        for user in (self.operator_user, self.seller, mrp_user):
            with self.assertRaises(AccessError):
                batch.with_user(user).dissolve()
        self._dissolve(batch)
        self.assertEqual(set(orders.mapped('state')), {'confirmed'})
