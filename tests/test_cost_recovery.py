from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .perpetual import PerpetualValuation
from .test_journal import GemCommon


@tagged('post_install', '-at_install')
class TestRecovery(PerpetualValuation, GemCommon):
    """Of 120 ct of rough at 10.00 the stage takes 25 out as low grade."""

    def _scrap(self, carats=25):
        """Return the order, and the value of the scrap that was received."""
        order, sorting, _cutting = self._create_gems()
        sorting.stage_record_input([self._line(self.rough, 120)])
        sorting.stage_record_loss('scrap', self.rough.id, carats, scrap_product_id=self.low_grade.id)
        value = self._entries(sorting, 'scrap').move_id.value
        self.assertEqual((order.cost_recovery, order.cost_material), (-value, 1200.0))
        return order, value

    def _close(self, order):
        sorting, cutting = order.workorder_ids
        sorting.stage_finish(balance_reason="Test")
        cutting.stage_start()
        cutting.stage_finish(balance_reason="Test")

    def test_a_set_price(self):
        self.low_grade.write({'recovery_method': 'price', 'recovery_price': 1.5})
        order, value = self._scrap()
        self.assertEqual(value, 37.5)
        self._close(order)
        self.assertEqual((order.cost_total, self._value(self.cut)), (1162.5, 1162.5))

    def test_a_set_price_is_of_the_company(self):
        other = self.env['res.company'].create({'name': "Another gem cutter"})
        self.low_grade.write({'recovery_method': 'price', 'recovery_price': 1.5})
        self.low_grade.with_company(other).recovery_price = 3.0
        self.assertEqual(self._scrap()[1], 37.5)

    def test_a_set_price_takes_no_more_than_there_is(self):
        self.low_grade.write({'recovery_method': 'price', 'recovery_price': 100.0})
        order, value = self._scrap()
        self.assertEqual((value, order.cost_total), (1200.0, 0.0))

    def test_a_share_of_what_it_was(self):
        self.low_grade.write({'recovery_method': 'share', 'recovery_share': 30.0})
        self.assertEqual(self._scrap()[1], 75.0)

    def test_its_cost(self):
        self.low_grade.standard_price = 2.0
        self.assertEqual(self._scrap()[1], 50.0)

    def test_a_standard_price_is_what_it_is(self):
        """Stock is what it says, and the ledger with it: scrap at 60.00 a carat takes more than there is. The goods are
        worth nothing then, and the rest is a variance."""
        categories = self.category | self.category.copy({'property_cost_method': 'standard'})
        self._set_perpetual(*categories)
        self.low_grade.categ_id = categories[1]
        self.low_grade.write({'standard_price': 60.0, 'recovery_method': 'price', 'recovery_price': 1.0})
        order, value = self._scrap()
        self.assertEqual(value, 1500.0)
        self._close(order)
        self.assertEqual((self._value(self.low_grade), self._value(self.cut)), (1500.0, 0.0))
        self.assertEqual((order.cost_total, order.cost_variance), (-300.0, -300.0))
        self._assert_settled(order)

    def test_the_books_follow_scrap(self):
        self._set_perpetual(self.category)
        self.low_grade.write({'recovery_method': 'share', 'recovery_share': 33.0})
        order, _value = self._scrap()
        self._close(order)
        self._assert_settled(order)

    def test_what_is_nonsense_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Low grade keeps .* between 0 and 100"):
            self.low_grade.recovery_share = 101.0
        with self.assertRaisesRegex(ValidationError, "less than nothing"):
            self.low_grade.recovery_price = -1.0

    def test_who_may_set_it(self):
        """Whoever makes products sees no prices of scrap without the right to see costs."""
        self.supervisor_user.group_ids += self.env.ref('product.group_product_manager')
        product = self.env['product.product'].with_user(self.supervisor_user).create({'name': "Sand"})
        self.assertEqual(product.recovery_method, 'cost')
        with self.assertRaises(AccessError):
            product.recovery_price = 1.0
        with self.assertRaises(AccessError):
            product.read(['recovery_share'])
        duplicate = product.product_tmpl_id.copy()
        self.assertEqual(duplicate.recovery_method, 'cost', "a product is duplicated without seeing costs")
        self.supervisor_user.group_ids += self.env.ref('mrp_production_stage.group_cost')
        with Form(self.low_grade.product_tmpl_id.with_user(self.supervisor_user)) as form:
            form.recovery_method = 'price'
            form.recovery_price = 2.5
        self.assertEqual(self.low_grade.recovery_price, 2.5)
