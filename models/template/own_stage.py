from odoo.exceptions import ValidationError


def check_own_stage(parts):
    """Refuse what a template uses or gives at a stage that is another template's.

    :param parts: `mrp.bom.line` or `mrp.bom.byproduct`
    :raises ValidationError:
    """
    for part in parts.filtered('operation_id'):
        if part.bom_id.use_stages and part.operation_id.bom_id != part.bom_id:
            raise ValidationError(part.env._(
                "%(product)s of %(template)s cannot be for %(stage)s, which is a stage of %(other)s.",
                product=part.product_id.display_name, template=part.bom_id.display_name,
                stage=part.operation_id.name, other=part.operation_id.bom_id.display_name))
