from odoo.fields import Command
from odoo.tests import tagged

from .common import JoineryCommon


@tagged('post_install', '-at_install')
class TestStageTriggerParts(JoineryCommon):
    """An order and the parts that were split off it are one order to its customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        todo = cls.env.ref('mail.mail_activity_data_todo')
        cls.joinery_template.bom_line_ids.unlink()
        for operation in cls.joinery_template.operation_ids:
            operation.trigger_ids = [
                Command.create({
                    'moment': moment, 'activity_type_id': todo.id, 'activity_summary': f"{operation.name} {moment}"})
                for moment in ('start', 'finish')]
        cls.order = cls._order_panels()
        cls.sawing, cls.planing, cls.assembly, cls.finishing = cls.order.workorder_ids

    def _fired(self):
        """What has fired since this was last asked: always at the whole order."""
        self.env.invalidate_all()
        orders = self.env['mrp.production'].search([('product_id', '=', self.panel.id)])
        activities = self.env['mail.activity'].search(
            [('res_model', '=', 'mrp.production'), ('res_id', 'in', orders.ids)], order='id')
        self.assertLessEqual(set(activities.mapped('res_id')), set(self.order.ids))
        names = activities.mapped('summary')
        activities.unlink()
        return names

    def _crack(self, qty=6):
        self._work(self.sawing)
        self._work(self.planing, qty=self.order.product_qty - qty)
        return self._split_off(self.planing, self.sawing, qty)

    def test_part_comes_last(self):
        child = self._crack()
        # The rest has passed Planing, the part has not.
        self.assertEqual(self._fired(), ["Sawing start", "Sawing finish", "Planing start"])
        self._work(self.assembly, self.finishing)
        self.assertEqual(self._fired(), ["Assembly start", "Finishing start"])
        sawing, planing, assembly, finishing = child.workorder_ids
        self._work(sawing)
        self.assertEqual(self._fired(), [])
        self._work(planing)
        self.assertEqual(self._fired(), ["Planing finish"])
        self._work(assembly, finishing)
        self.assertEqual(self._fired(), ["Assembly finish", "Finishing finish"])

    def test_part_comes_first(self):
        child = self._crack()
        self._fired()
        self._work(*child.workorder_ids)
        self.assertEqual(self._fired(), ["Planing finish", "Assembly start", "Finishing start"])
        self._work(self.assembly, self.finishing)
        self.assertEqual(self._fired(), ["Assembly finish", "Finishing finish"])

    def test_part_of_a_part(self):
        child = self._crack()
        self._work(child.workorder_ids[0])
        self._work(child.workorder_ids[1], qty=4)
        grandchild = self._split_off(child.workorder_ids[1], child.workorder_ids[0], 2)
        self._work(self.assembly, *child.workorder_ids[2:3])
        self._fired()
        self._work(*grandchild.workorder_ids[:2])
        self.assertEqual(self._fired(), ["Planing finish"])
        self._work(grandchild.workorder_ids[2])
        self.assertEqual(self._fired(), ["Assembly finish"])

    def test_loss_and_cancel_of_a_part(self):
        child = self._crack()
        self._work(self.assembly)
        self._fired()
        self._report(child.workorder_ids[0], 'write_off', 6)
        self.assertEqual(self._fired(), ["Planing finish", "Assembly finish"])
        other = self._split_off(self.finishing, self.finishing, 4)
        self._work(self.finishing)
        self.assertEqual(self._fired(), ["Finishing start"])
        other.with_user(self.supervisor_user).action_cancel()
        self.assertEqual(self._fired(), ["Finishing finish"])

    def test_withdrawn_split_fires_nothing_early(self):
        self._work(self.sawing)
        self._work(self.planing, qty=34)
        defect = self._report(self.planing, 'return', 6, self.sawing)
        self._fired()
        self._withdraw(defect)
        self.assertEqual(self._fired(), [])
        self._work(self.planing)
        self.assertEqual(self._fired(), ["Planing finish"])

    def test_copy_of_an_order_has_its_own_moments(self):
        self._work(self.sawing)
        self._fired()
        self.order = self.order.copy()
        self.order.action_confirm()
        self._work(self.order.workorder_ids[0])
        self.assertEqual(self._fired(), ["Sawing start", "Sawing finish"])
