from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .unit_common import UnitCommon


@tagged('post_install', '-at_install')
class TestUnitPerformance(UnitCommon):
    """An order of 1,000 units through 10 stages costs no more queries than one of 10."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._stock(cls.board, 30000)
        cls._stock(cls.hinge, 30000)
        cls.template.operation_ids = [
            (0, 0, {'name': f"Stage {number}", 'sequence': number}) for number in range(4, 11)]

    def _create_running_order(self, qty):
        """Every unit has been cut, half of them assembled, and the next one is begun."""
        order = self._create_order(qty, product=self.wardrobe)
        cutting, assembly = order.workorder_ids[:2]
        cutting.stage_start(qty=qty - 1)
        cutting.stage_finish()
        assembly.stage_start(qty=qty // 2)
        assembly.stage_finish()
        return order

    def _count_queries(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_a_thousand_units_cost_the_queries_of_ten(self):
        form = self.env.ref('mrp_production_stage.mrp_production_view_form_stages')
        specification = self._get_specification(form)
        # Two acts in one second share a clock, so the time must not depend on the machine.
        with freeze_time("2030-03-02 08:00:00") as clock:
            _first, few, many = (self._measure(qty, specification, clock) for qty in (10, 10, 1000))
        self.assertEqual(many, few)

    def _measure(self, qty, specification, clock):
        """Return how many queries each act takes. What the first caller fills is cached for the next."""
        order = self._create_running_order(qty)
        assembly = self._by_olga(order.workorder_ids[1])
        assembly.stage_start()
        order = self._as(order, self.supervisor_user)
        counts = {}
        for name, action in (
            ('open', lambda: order.web_read(specification)),
            ('grid', order.production_units),
            ('start', assembly.stage_start),
            ('finish', lambda: assembly.stage_finish(qty=1)),
            ('card', lambda: assembly.read(
                ['progress_text', 'own_units', 'others_units', 'units_free', 'qty_ready'])),
        ):
            clock.tick(timedelta(minutes=1))
            counts[name] = self._count_queries(action)
        return counts

    def _get_specification(self, view):
        """Return what the form asks for, as the web client does: lists by their first page."""
        orders = self.env['mrp.production'].with_user(self.supervisor_user)
        models = orders.get_view(view.id, 'form')['models']
        specification = {}
        for name in self._readable(orders, models[orders._name]):
            field = orders._fields[name]
            specification[name] = {}
            if field.type == 'one2many':
                lines = orders[name]
                specification[name] = {
                    'fields': {sub: {} for sub in self._readable(lines, models.get(lines._name, ()))}, 'limit': 40}
        return specification

    def _readable(self, records, names):
        return [name for name in names if records._has_field_access(records._fields[name], 'read')]
