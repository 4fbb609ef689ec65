from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from ..models.order.stage_act import StageAct
from .common import StageCommon


class DefectCommon(StageCommon):
    """A tailor: jackets go through Cutting, Sewing, QA and Packing; nothing else is needed for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager, cls.manager_user = cls._create_person("Mona", 'group_manager')
        cls.seam, cls.stain = cls.env['mrp.defect.reason'].create([
            {'name': "Crooked seam", 'code': "SEAM"},
            {'name': "Stain", 'code': "STAIN", 'default_decision': 'write_off'},
        ])
        cls.jacket = cls._create_product("Jacket", cls.unit)
        cls.jacket_template = cls.env['mrp.bom'].create({
            'product_tmpl_id': cls.jacket.product_tmpl_id.id, 'use_stages': True,
            'operation_ids': [
                Command.create({'name': name, 'sequence': number})
                for number, name in enumerate(("Cutting", "Sewing", "QA", "Packing"))],
        })

    @classmethod
    def _order_jackets(cls, qty=100, batch_mode='whole', **vals):
        return cls._create_order(qty, product=cls.jacket, batch_mode=batch_mode, **vals)

    @classmethod
    def _pass(cls, stages, **arguments):
        for stage in stages:
            stage.stage_start()
            stage.stage_finish(**arguments)

    @classmethod
    def _finish_units(cls, stage, numbers):
        """Let numbered units pass a stage, as the door does: how they are started and finished is tested elsewhere."""
        order, act = stage.production_id, StageAct(
            kind='finish', employee=cls.operator, occurred_at=fields.Datetime.now(), source='api', is_supervisor=True,
            request={})
        flow = order._load_flow()
        act.add_units(stage, flow, flow.finish(stage, frozenset(numbers)))
        order._store_flow(flow)
        order._sync_stage_flow()
        stage._log_stage_act(act)

    @classmethod
    def _create_stranger(cls):
        """A supervisor of another company, and that company."""
        company = cls.env['res.company'].create({'name': "Elsewhere"})
        user = new_test_user(
            cls.env, login='stage_stranger', groups='mrp_production_stage.group_supervisor',
            company_id=company.id, company_ids=[Command.set(company.ids)])
        return user, company

    def _statuses(self, order):
        self.env.flush_all()
        self.env.invalidate_all()
        return order.workorder_ids.mapped(lambda stage: (stage.stage_status, stage.qty_ready, stage.qty_produced))

    def _read_order(self, order):
        """Everything a refused act must not change."""
        self.env.flush_all()
        self.env.invalidate_all()
        return (
            order.read(['state', 'board_status', 'product_qty']),
            order.workorder_ids.read([
                'stage_status', 'state', 'qty_produced', 'qty_lost', 'qty_held', 'qty_ready', 'rework_cycle',
                'is_started']),
            self.env['mrp.workorder.unit'].search_read(
                [('production_id', '=', order.id)], ['status', 'rework_cycle', 'number', 'workorder_id']),
            order.event_ids.ids, order.defect_ids.read(['state', 'verdict', 'decision']),
            order.workorder_ids.time_ids.read(['date_end']),
            order.move_raw_ids.read(['state', 'product_uom_qty', 'quantity']),
            order.move_finished_ids.read(['state', 'product_uom_qty']),
            self.env['ir.attachment'].search_count([('res_model', '=', 'mrp.workorder')]),
            self.env['mail.activity'].search_count([]),
        )

    def _assert_refused(self, pattern, order, act, *args, error=UserError, **kwargs):
        before = self._read_order(order)
        with self.assertRaisesRegex(error, pattern) as refusal:
            act(*args, **kwargs)
        self.assertEqual(self._read_order(order), before)
        if error is UserError:
            self.assertRegex(str(refusal.exception), r'^[^%]+\.$')

    def _assert_replays(self, order):
        """What is stored is what the log leads to."""
        self.env.flush_all()
        self.env.invalidate_all()
        stored = {
            stage.id: {name: stage[name] for name in ('qty_produced', 'qty_lost', 'qty_held', 'rework_cycle')}
            for stage in order.workorder_ids}
        self.assertEqual(order._replay_events(), stored)


class JacketsAtQaCommon(DefectCommon):
    """100 jackets that have been cut and sewn."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._order_jackets(100)
        cls.cutting, cls.sewing, cls.qa, cls.packing = cls.order.workorder_ids
        cls._pass(cls.cutting | cls.sewing)


class JacketsByUnitCommon(DefectCommon):
    """Twelve jackets that are made unit by unit: all have been cut, the first eight are sewn."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._order_jackets(12, batch_mode='unit')
        cls.cutting, cls.sewing, cls.qa, cls.packing = cls.order.workorder_ids
        cls._finish_units(cls.cutting, range(1, 13))
        cls._finish_units(cls.sewing, range(1, 9))
