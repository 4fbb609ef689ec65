from odoo.fields import Command

from .common import StageCommon


class UpdateBomCommon(StageCommon):
    """Orders of coffee, and their template written anew."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.roasting, cls.grinding, cls.packing = cls.template.operation_ids
        cls.roasting.wait_after = 0
        cls.beans_line, cls.bag_line, cls.label_line, cls.valve_line = cls.template.bom_line_ids
        cls.tape = cls._create_product("Tape", cls.unit)
        cls._stock(cls.tape, 500)

    def _describe(self, order):
        """All that the template decides about an order, and what follows from it."""
        self.env.flush_all()
        self.env.invalidate_all()

        def read(record, names):
            return {
                name: record[name].mapped('display_name') if record._fields[name].relational else record[name]
                for name in names}

        return {
            'order': read(order, [
                'template_version', 'is_template_outdated', 'is_outdated_bom', 'state', 'board_status',
                *order._get_template_settings()]),
            'stages': [
                read(stage, [
                    'name', 'workcenter_id', 'duration_expected', 'is_parallel', 'stage_status', 'state',
                    'upsell_product_ids', 'cost_mode', *stage._get_snapshot_fields()])
                | {
                    'operation': stage.operation_id, 'after': stage.blocked_by_workorder_ids.mapped('name'),
                    'checks': stage.checklist_ids.mapped('name')}
                for stage in order.workorder_ids],
            'moves': sorted((
                move.workorder_id.name or '', move.product_id.name, move.product_uom_qty, move.norm_qty, move.quantity,
                move.product_uom.name, move.state, move.norm_type, move.norm_formula, move.norm_inputs,
                move.bom_line_id.id, move.operation_id.id, move.location_id.name,
            ) for move in order.move_raw_ids),
            'byproducts': sorted((
                move.product_id.name, move.product_uom_qty, move.cost_share, move.state)
                for move in order.move_byproduct_ids),
        }

    def _assert_as_if_new(self, order):
        self.assertEqual(order._get_template_differences(), [])
        description = self._describe(order)
        order.move_raw_ids._do_unreserve()
        fresh = self._create_order(order.product_qty, product=order.product_id)
        self.assertEqual(description, self._describe(fresh))
        fresh.action_cancel()
        order.action_assign()

    def _run(self, *stages):
        for stage in stages:
            stage.stage_start()
            stage.stage_finish()

    def _rewrite_template(self):
        """Change the template in every way at once."""
        role = self.env['mrp.role'].create({'name': "Roaster", 'employee_ids': [Command.set(self.operator.ids)]})
        self.roasting.write({
            'name': "Burning", 'wait_after': 2, 'consumption_mode': 'finish', 'instruction': "<p>400 °C</p>",
            'performer_type': 'role', 'performer_role_id': role.id, 'time_cycle_manual': 7, 'cost_mode': 'estimated',
            'workcenter_id': self.env['mrp.workcenter'].create({'name': "Oven"}).id,
            'checklist_ids': [Command.create({'name': "Brown"})]})
        self.packing.write({'sequence': 0, 'is_parallel': True, 'rework_limit': 3})
        self.template.write({
            'auto_close': False,
            'operation_ids': [
                Command.delete(self.grinding.id),
                Command.create({'name': "Tasting", 'sequence': 7, 'is_parallel': True}),
                Command.create({
                    'name': "Wrapping", 'sequence': 8, 'is_optional': True, 'activation': 'manual',
                    'stage_material_ids': [Command.create({'product_id': self.tape.id})]}),
            ],
            'bom_line_ids': [
                Command.update(self.beans_line.id, {'product_qty': 0.3}),
                Command.update(self.bag_line.id, {'operation_id': self.roasting.id, 'norm_type': 'batch'}),
                Command.delete(self.label_line.id),
                Command.update(self.valve_line.id, {'product_uom_id': self.env.ref('uom.product_uom_dozen').id}),
                Command.create({'product_id': self.tape.id, 'product_qty': 2}),
            ],
            'byproduct_ids': [Command.create({'product_id': self.label.id, 'product_qty': 1, 'cost_share': 1})],
        })
