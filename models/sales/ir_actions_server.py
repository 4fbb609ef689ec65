from odoo import models


class IrActionsServer(models.Model):
    _name = 'ir.actions.server'
    _inherit = ['ir.actions.server', 'mrp.stage.trigger.means']
    _trigger_field = 'server_action_id'
