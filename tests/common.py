from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

# A PNG of one pixel.
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
PHOTO = {'name': "roast.png", 'data': PIXEL}


class StageCommon(TransactionCase):
    """A coffee roaster: 250 g bags through Roasting, Grinding and Packing.

    One bag needs 0.26 kg of green beans at the start of Roasting, and a bag, a label and a valve at the
    completion of Packing. After Roasting the beans rest for 12 hours.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.operator, cls.operator_user = cls._create_person("Olga", 'group_operator')
        cls.helper, cls.helper_user = cls._create_person("Hugo", 'group_operator')
        cls.supervisor, cls.supervisor_user = cls._create_person("Sam", 'group_supervisor')
        cls.unit = cls.env.ref('uom.product_uom_unit')
        cls.kg = cls.env.ref('uom.product_uom_kgm')
        cls.stock_location = cls.env['stock.warehouse'].search(
            [('company_id', '=', cls.company.id)], limit=1).lot_stock_id
        cls.category = cls.env['product.category'].create(
            {'name': "Roastery", 'property_cost_method': 'average'})
        cls.beans = cls._create_product("Green beans", cls.kg, cost=8.0)
        cls.bag = cls._create_product("Bag", cls.unit, cost=0.30)
        cls.label = cls._create_product("Label", cls.unit, cost=0.05)
        cls.valve = cls._create_product("Valve", cls.unit, cost=0.10)
        cls.coffee = cls._create_product("Arabica Premium 250 g", cls.unit)
        for product, quantity in ((cls.beans, 100), (cls.bag, 500), (cls.label, 500), (cls.valve, 500)):
            cls._stock(product, quantity)
        cls.template = cls._create_coffee_template(cls.coffee)

    @classmethod
    def _create_person(cls, name, group):
        user = new_test_user(
            cls.env, login=f'stage_{name.lower()}', name=name, groups=f'mrp_production_stage.{group}')
        employee = cls.env['hr.employee'].create(
            {'name': name, 'user_id': user.id, 'company_id': cls.company.id, 'hourly_cost': 20.0})
        return employee, user

    @classmethod
    def _create_product(cls, name, uom, cost=0.0, **vals):
        return cls.env['product.product'].create({
            'name': name, 'type': 'consu', 'is_storable': True, 'uom_id': uom.id, 'standard_price': cost,
            'categ_id': cls.category.id, **vals,
        })

    @classmethod
    def _stock(cls, product, quantity, lot=None):
        cls.env['stock.quant'].with_context(inventory_mode=True).create({
            'product_id': product.id, 'location_id': cls.stock_location.id, 'inventory_quantity': quantity,
            'lot_id': lot.id if lot else False,
        }).action_apply_inventory()

    @classmethod
    def _create_coffee_template(cls, product):
        template = cls.env['mrp.bom'].create({
            'product_tmpl_id': product.product_tmpl_id.id,
            'product_qty': 1.0,
            'use_stages': True,
            'operation_ids': [
                Command.create({
                    'name': "Roasting", 'sequence': 1, 'time_cycle_manual': 15, 'wait_after': 12,
                    'consumption_mode': 'start', 'instruction': "<p>210 °C</p>"}),
                Command.create({'name': "Grinding", 'sequence': 2, 'time_cycle_manual': 10}),
                Command.create({'name': "Packing", 'sequence': 3, 'time_cycle_manual': 20}),
            ],
        })
        roasting, _grinding, packing = template.operation_ids
        template.bom_line_ids = [
            Command.create({'product_id': cls.beans.id, 'product_qty': 0.26, 'operation_id': roasting.id}),
            Command.create({'product_id': cls.bag.id, 'product_qty': 1, 'operation_id': packing.id}),
            Command.create({'product_id': cls.label.id, 'product_qty': 1, 'operation_id': packing.id}),
            Command.create({'product_id': cls.valve.id, 'product_qty': 1, 'operation_id': packing.id}),
        ]
        return template

    @classmethod
    def _create_variants(cls, name, attribute, *values):
        """Return the variants of a new product: one for each value of a new attribute."""
        attribute = cls.env['product.attribute'].create({
            'name': attribute, 'value_ids': [
                Command.create({'name': value, 'sequence': place}) for place, value in enumerate(values)]})
        return cls.env['product.template'].create({
            'name': name, 'type': 'consu', 'is_storable': True, 'attribute_line_ids': [
                Command.create({'attribute_id': attribute.id, 'value_ids': [Command.set(attribute.value_ids.ids)]})],
        }).product_variant_ids

    @classmethod
    def _create_order(cls, qty=20, product=None, confirm=True, **vals):
        order = cls.env['mrp.production'].create(
            {'product_id': (product or cls.coffee).id, 'product_qty': qty, **vals})
        if confirm:
            order.action_confirm()
        return order

    def _as(self, stages, user):
        """The stages as another user sees them, through no cache of ours."""
        self.env.flush_all()
        self.env.invalidate_all()
        return stages.with_env(self.env(user=user.id))

    def _end_waits(self):
        """Let stages whose technological wait is over become ready, as the scheduler does."""
        with self.enter_registry_test_mode():
            self.env.ref('mrp_production_stage.ir_cron_end_stage_waits').method_direct_trigger()

    def _qty(self, product):
        self.env.invalidate_all()
        return product.with_context(location=self.stock_location.id).qty_available


class BakeryCommon(StageCommon):
    """A bakery: a loaf needs 0.5 kg of flour at the start of Mixing and a paper bag at the completion of Baking.

    10 kg of flour are in stock, enough for 20 loaves, and bags for all.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.stock_location.warehouse_id
        cls.flour = cls._create_product("Flour", cls.kg, cost=1.0)
        cls.paper = cls._create_product("Paper bag", cls.unit, cost=0.05)
        cls.bread = cls._create_product("Bread", cls.unit)
        cls._stock(cls.flour, 10)
        cls._stock(cls.paper, 1000)
        cls.bread_template = cls.env['mrp.bom'].create({
            'product_tmpl_id': cls.bread.product_tmpl_id.id, 'use_stages': True,
            'operation_ids': [
                Command.create({'name': "Mixing", 'sequence': 1, 'consumption_mode': 'start'}),
                Command.create({'name': "Baking", 'sequence': 2}),
            ],
        })
        mixing, baking = cls.bread_template.operation_ids
        cls.bread_template.bom_line_ids = [
            Command.create({'product_id': cls.flour.id, 'product_qty': 0.5, 'operation_id': mixing.id}),
            Command.create({'product_id': cls.paper.id, 'product_qty': 1, 'operation_id': baking.id}),
        ]

    @classmethod
    def _order_bread(cls, qty, confirm=True, **vals):
        return cls._create_order(qty, product=cls.bread, confirm=confirm, **vals)

    @classmethod
    def _route_from_mill(cls, product):
        """Let Odoo replenish a product by a receipt."""
        product.route_ids = cls.env['stock.route'].create({
            'name': "From the mill", 'product_selectable': True,
            'rule_ids': [Command.create({
                'name': "Mill", 'action': 'pull', 'procure_method': 'make_to_stock',
                'picking_type_id': cls.warehouse.in_type_id.id,
                'location_src_id': cls.env.ref('stock.stock_location_suppliers').id,
                'location_dest_id': cls.stock_location.id, 'warehouse_id': cls.warehouse.id})],
        })

    @classmethod
    def _receive(cls, product, quantity, date=None, validate=False):
        """A receipt from a vendor, to come or done."""
        receipt = cls.env['stock.picking'].create({
            'picking_type_id': cls.warehouse.in_type_id.id,
            'location_id': cls.env.ref('stock.stock_location_suppliers').id,
            'location_dest_id': cls.stock_location.id,
            'move_ids': [Command.create({
                'product_id': product.id, 'product_uom_qty': quantity, 'product_uom': product.uom_id.id,
                'location_id': cls.env.ref('stock.stock_location_suppliers').id,
                'location_dest_id': cls.stock_location.id})],
        })
        receipt.action_confirm()
        if date:
            receipt.move_ids.date = date
        if validate:
            receipt.move_ids.quantity = quantity
            receipt.move_ids.picked = True
            receipt.button_validate()
        return receipt


class ChecklistCommon(StageCommon):
    """Grinding has one check of each kind: Clean, Moisture, Remark and Picture; all but Remark are required."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template.operation_ids.wait_after = 0
        cls.operation = cls.template.operation_ids[1]
        cls.operation.checklist_ids = [
            Command.create({'name': "Clean", 'kind': 'yes_no', 'expected': 'yes', 'sequence': 1}),
            Command.create({
                'name': "Moisture", 'kind': 'number', 'unit': "g", 'limit_type': 'range', 'limit_min': 0,
                'limit_max': 12.5, 'sequence': 2}),
            Command.create({'name': "Remark", 'kind': 'text', 'is_required': False, 'sequence': 3}),
            Command.create({'name': "Picture", 'kind': 'photo', 'sequence': 4}),
        ]
        cls.order = cls._create_order(20)
        cls.roasting, cls.grinding, cls.packing = cls.order.workorder_ids
        cls.roasting.stage_start()
        cls.roasting.stage_finish()
        cls.clean, cls.moisture, cls.remark, cls.picture = cls.grinding.checklist_ids

    def setUp(self):
        super().setUp()
        self.stage = self._as(self.grinding, self.operator_user)
        self.stage.stage_start()

    def _answers(self, **values):
        """Good answers to what is required, with others in their place."""
        values = {'clean': True, 'moisture': 11, 'picture': PHOTO} | values
        return [{'check_id': self[name].id, 'value': value} for name, value in values.items() if value is not None]

    def __getitem__(self, name):
        return getattr(self, name)

    def _read_state(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return (
            self.grinding.read(['stage_status', 'qty_produced', 'is_started', 'qty_supplied']),
            self.order.event_ids.ids,
            self.order.check_answer_ids.ids,
            self.env['ir.attachment'].search_count([('res_model', 'in', ('mrp.workorder', 'mrp.stage.check.answer'))]),
        )

    def _assert_refused(self, pattern, stage=None, **arguments):
        before = self._read_state()
        with self.assertRaisesRegex(UserError, pattern) as refusal:
            (stage or self.stage).stage_finish(**arguments)
        self.assertEqual(self._read_state(), before)
        self.assertRegex(str(refusal.exception), r'^[^%]+\.$')


class JoineryCommon(StageCommon):
    """A joinery: a panel needs a blank at the start of Sawing, nothing at Planing, 0.1 kg of glue and 2 dowels at the
    completion of Assembly, and 0.05 kg of oil at that of Finishing. Orders split on demand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.blank = cls._create_product("Blank", cls.unit, cost=6.0)
        cls.glue = cls._create_product("Glue", cls.kg, cost=5.0)
        cls.dowel = cls._create_product("Dowel", cls.unit, cost=0.1)
        cls.oil = cls._create_product("Oil", cls.kg, cost=20.0)
        cls.panel = cls._create_product("Panel", cls.unit)
        cls.crack = cls.env['mrp.defect.reason'].create({'name': "Cracked", 'code': "CRACKED"})
        for product, quantity in ((cls.blank, 200), (cls.glue, 50), (cls.dowel, 1000), (cls.oil, 20)):
            cls._stock(product, quantity)
        cls.joinery_template = cls.env['mrp.bom'].create({
            'product_tmpl_id': cls.panel.product_tmpl_id.id, 'use_stages': True, 'batch_mode': 'split',
            'operation_ids': [
                Command.create({
                    'name': "Sawing", 'sequence': 1, 'time_cycle_manual': 3, 'consumption_mode': 'start'}),
                Command.create({'name': "Planing", 'sequence': 2, 'time_cycle_manual': 2}),
                Command.create({'name': "Assembly", 'sequence': 3, 'time_cycle_manual': 5}),
                Command.create({'name': "Finishing", 'sequence': 4, 'time_cycle_manual': 4}),
            ],
        })
        sawing, _planing, assembly, finishing = cls.joinery_template.operation_ids
        cls.joinery_template.bom_line_ids = [
            Command.create({'product_id': cls.blank.id, 'product_qty': 1, 'operation_id': sawing.id}),
            Command.create({'product_id': cls.glue.id, 'product_qty': 0.1, 'operation_id': assembly.id}),
            Command.create({'product_id': cls.dowel.id, 'product_qty': 2, 'operation_id': assembly.id}),
            Command.create({'product_id': cls.oil.id, 'product_qty': 0.05, 'operation_id': finishing.id}),
        ]

    @classmethod
    def _order_panels(cls, qty=40, **vals):
        return cls._create_order(qty, product=cls.panel, **vals)

    def _work(self, *stages, **finish):
        for stage in stages:
            if not stage.is_started:
                stage.stage_start()
            stage.stage_finish(**finish)

    def _report(self, stage, decision, qty, to=None):
        """Report cracked units of a stage; return the defect."""
        answer = stage.stage_report_defect(self.crack.id, decision, qty=qty, return_to=to.id if to else None)
        return self.env['mrp.defect'].browse(answer['defect_id'])

    def _split_off(self, stage, to, qty):
        """Units of a stage go back to another one as an order of their own; return that order."""
        return self._report(stage, 'return', qty, to).child_batch_id

    def _withdraw(self, defect):
        defect.workorder_id.stage_withdraw_defect(defect.id)
