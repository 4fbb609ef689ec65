from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

# What of a template may name a stage, and may be for some variants only.
STAGE_PARTS = ('bom_line_ids', 'byproduct_ids')
VARIANT_PARTS = ('operation_ids', *STAGE_PARTS)


class MrpBom(models.Model):
    """Copies of templates, for the same product or for another one."""

    _inherit = 'mrp.bom'

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for template, vals in zip(self, vals_list):
            if template.use_stages:
                template._prepare_copied_parts(vals, default or {})
        return vals_list

    def copy(self, default=None):
        # In the order of their sequence, as core pairs them with their copies; the cache keeps that of their creation.
        self.invalidate_recordset(['operation_ids'])
        copies = super().copy(default)
        for template, copied in zip(self, copies):
            if template.use_stages:
                template._link_copied_stages(copied, template._map_copied_stages(copied))
        return copies

    def _prepare_copied_parts(self, vals, default):
        """Make what was copied of the template's parts fit the copy.

        Norms learn their stage when it exists, see `_link_copied_stages`; values of another product become its own.

        :param dict vals: of the copy; its commands are changed
        :param dict default: values the copy was asked to have, left alone
        """
        self.ensure_one()
        product = self.env['product.template'].browse(vals['product_tmpl_id'])
        values = self._map_attribute_values(product) if product != self.product_tmpl_id else None
        for name in VARIANT_PARTS:
            if name in default:
                continue
            for _command, _id, part in vals.get(name, ()):
                if name in STAGE_PARTS:
                    part['operation_id'] = False
                if values is not None:
                    (_set, _zero, old_ids), = part['bom_product_template_attribute_value_ids']
                    part['bom_product_template_attribute_value_ids'] = [
                        Command.set([values[value_id] for value_id in old_ids])]

    def _map_attribute_values(self, product):
        """Return the other product's value for each value that parts of this template are for.

        :param product: a `product.template`
        :return: ``{id: id}`` of `product.template.attribute.value`
        :raises UserError: the product lacks some of them
        """
        self.ensure_one()
        own = self.env['product.template.attribute.value']
        for name in VARIANT_PARTS:
            own |= self[name].bom_product_template_attribute_value_ids
        theirs = {
            value.product_attribute_value_id: value
            for value in product.attribute_line_ids.product_template_value_ids._only_active()
        }
        missing = own.filtered(lambda value: value.product_attribute_value_id not in theirs)
        if missing:
            raise UserError(self.env._(
                "Parts of this template are only for some variants, and %(product)s has no %(values)s. "
                "Add these values to the product first.",
                product=product.display_name, values=", ".join(missing.mapped('display_name'))))
        return {value.id: theirs[value.product_attribute_value_id].id for value in own}

    def _map_copied_stages(self, copied):
        """Return the stage of a copy for each stage of this template.

        :param copied: a template just copied from this one
        :return: ``{mrp.routing.workcenter: mrp.routing.workcenter}``
        """
        self.ensure_one()
        # Copies are made in the order of the ids of what they copy; the ORM itself relies on it.
        return dict(zip(self.operation_ids.sorted('id'), copied.operation_ids.sorted('id')))

    def _link_copied_stages(self, copied, stages):
        """Hook: let what names a stage in a copy of this template name the copy's own.

        :param copied: a template just copied from this one
        :param dict stages: as `_map_copied_stages` returns it
        """
        for name in STAGE_PARTS:
            for part, copied_part in zip(self[name].sorted('id'), copied[name].sorted('id')):
                copied_part.operation_id = stages.get(part.operation_id)
