from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import StageCommon

FIRE_LOGGER = 'odoo.addons.mrp_production_stage.models.sales.mrp_stage_trigger'


class TriggerCommon(StageCommon):
    """A soap maker: soap is only packed. The customer is French; Lena and Lars are Logistics."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.soap = cls._create_product("Soap", cls.unit)
        cls.soap_template = cls.env['mrp.bom'].create({
            'product_tmpl_id': cls.soap.product_tmpl_id.id, 'use_stages': True,
            'operation_ids': [Command.create({'name': "Packing"})]})
        cls.packing = cls.soap_template.operation_ids
        cls.env['res.lang']._activate_lang('fr_FR')
        cls.company.partner_id.email = "hello@roastery.example.com"
        cls.seller = cls._create_user("Sofia", 'sales_team.group_sale_salesman', email="sofia@roastery.example.com")
        cls.lena, cls.lars = [cls._create_logistics(name) for name in ("Lena", "Lars")]
        cls.role = cls.env['mrp.role'].create(
            {'name': "Logistics", 'employee_ids': [Command.set((cls.lena | cls.lars).employee_ids.ids)]})
        cls.customer = cls.env['res.partner'].create(
            {'name': "Chez Paul", 'email': "paul@example.com", 'lang': 'fr_FR'})
        cls.mail = cls.env['mail.template'].create({
            'name': "Packed", 'model_id': cls.env['ir.model']._get_id('mrp.workorder'),
            'subject': "{{ object.sale_order_id.name }} is packed",
            'body_html': '<p>Dear <t t-out="object.sale_order_id.partner_id.name"/>, packed</p>',
        })
        cls.mail.with_context(lang='fr_FR').body_html = (
            '<p>Cher <t t-out="object.sale_order_id.partner_id.name"/>, emballé</p>')
        cls.todo = cls.env.ref('mail.mail_activity_data_todo')

    @classmethod
    def _create_user(cls, name, group, **vals):
        return new_test_user(cls.env, login=f'trigger_{name.lower()}', name=name, groups=group, **vals)

    @classmethod
    def _create_logistics(cls, name):
        user = cls._create_user(name, 'stock.group_stock_user,mrp.group_mrp_user')
        cls.env['hr.employee'].create({'name': name, 'user_id': user.id, 'company_id': cls.company.id})
        return user

    @classmethod
    def _trigger(cls, operation=None, **vals):
        return cls.env['mrp.stage.trigger'].create({'operation_id': (operation or cls.packing).id, **vals})

    @classmethod
    def _watch(cls, operation=None, **vals):
        """Let a stage give somebody a task."""
        return cls._trigger(operation, activity_type_id=cls.todo.id, **vals)

    @classmethod
    def _create_action(cls, code):
        return cls.env['ir.actions.server'].create({
            'name': "Script", 'model_id': cls.env['ir.model']._get_id('mrp.workorder'), 'state': 'code', 'code': code})

    @classmethod
    def _sell(cls, customer=None, **vals):
        return cls.env['sale.order'].create({
            'partner_id': (customer or cls.customer).id, 'user_id': cls.seller.id,
            'order_line': [Command.create({'product_id': cls.soap.id, 'product_uom_qty': 20})], **vals})

    @classmethod
    def _order_soap(cls, *sales, **vals):
        """An order that serves these sale orders."""
        line = {'sale_line_id': sales[0].order_line[0].id} if sales else {}
        order = cls._create_order(20, product=cls.soap, **line, **vals)
        order.reference_ids = [
            Command.create({'name': sale.name, 'sale_ids': [Command.set(sale.ids)]}) for sale in sales[1:]]
        return order

    def _work(self, stages, user=None, **finish):
        """Let stages be worked through by somebody who has no rights on anything else: an operator."""
        for stage in stages:
            mine = self._as(stage, user or self.operator_user)
            mine.stage_start()
            mine.stage_finish(**finish)
        self.env.invalidate_all()

    def _work_quietly(self, stages):
        """The same where a trigger fails, which is logged."""
        with mute_logger(FIRE_LOGGER, 'odoo.addons.mail.models.mail_render_mixin', 'odoo.addons.base.models.ir_qweb'):
            self._work(stages)

    def _messages(self, sale):
        """What customers were told at a sale order."""
        return sale.message_ids.filtered(lambda message: message.message_type == 'auto_comment')

    def _notes(self, record):
        """What the app noted, as one text."""
        return " ".join(
            str(message.body) for message in record.message_ids
            if message.author_id == self.env.ref('base.partner_root') and message.message_type == 'notification'
            and "Order created" not in message.body)

    def _activities(self, order):
        return self.env['mail.activity'].search([('res_model', '=', 'mrp.production'), ('res_id', '=', order.id)])
