from odoo import api, models
from odoo.exceptions import UserError


class MrpLogMixin(models.AbstractModel):
    """Records that are written once, by the door; never changed, never deleted, by anyone."""

    _name = 'mrp.log.mixin'
    _description = "Log of Production"

    # Nothing is ever written, so there is nothing to hand on.
    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("%(records)s: this is a log, it cannot be changed.", records=self._get_log_name()))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("%(records)s: this is a log, it cannot be deleted.", records=self._get_log_name()))

    def _get_log_name(self):
        return self.env['ir.model']._get(self._name).name
