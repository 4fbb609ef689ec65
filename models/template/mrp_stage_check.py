from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import get_lang

CHECK_KINDS = [
    ('yes_no', "Yes / No"),
    ('number', "Number"),
    ('text', "Text"),
    ('photo', "Photo"),
]


class MrpStageCheck(models.Model):
    """What whoever finishes a stage looks at, measures or photographs."""

    _name = 'mrp.stage.check'
    _inherit = ['mrp.stage.list.mixin']
    _description = "Check of a Stage"

    name = fields.Char("Check", required=True)
    kind = fields.Selection(CHECK_KINDS, "Answer", default='yes_no', required=True)
    is_required = fields.Boolean("Required", default=True, help="The stage cannot be finished without an answer.")
    expected = fields.Selection(
        [('yes', "Yes"), ('no', "No")], help="The answer that is good. Empty: both are.")
    unit = fields.Char(help="What the number counts, e.g. mm or °C.")
    # A limit may be zero: whether there is one is said apart from how much it is.
    limit_type = fields.Selection(
        [('none', "None"), ('min', "At least"), ('max', "At most"), ('range', "Between")],
        "Limits", compute='_compute_limit_type', store=True, readonly=False, precompute=True, required=True,
        help="A number outside its limits is refused, unless a supervisor accepts it with a reason.")
    limit_min = fields.Float("Minimum", digits=(16, 6))
    limit_max = fields.Float("Maximum", digits=(16, 6))
    limits = fields.Char("Good Answers", compute='_compute_limits')

    @api.depends('kind', 'limit_min', 'limit_max')
    def _compute_limit_type(self):
        """Only numbers have limits. One that is given without saying so is meant all the same."""
        for check in self:
            if check.kind != 'number':
                check.limit_type = 'none'
            elif check.limit_type in (False, 'none'):
                check.limit_type = {
                    (False, False): 'none', (True, False): 'min', (False, True): 'max', (True, True): 'range',
                }[bool(check.limit_min), bool(check.limit_max)]

    @api.depends_context('lang')
    @api.depends('kind', 'expected', 'unit', 'limit_type', 'limit_min', 'limit_max')
    def _compute_limits(self):
        for check in self:
            if check.kind == 'yes_no' and check.expected:
                check.limits = check._format_answer(check.expected == 'yes')
            elif check.kind == 'number' and check.limit_type != 'none':
                check.limits = check._get_limit_text()
            else:
                check.limits = False

    @api.constrains('limit_type', 'limit_min', 'limit_max')
    def _check_limits(self):
        for check in self:
            if check.limit_type == 'range' and check.limit_min > check.limit_max:
                raise ValidationError(self.env._(
                    "%(check)s: the minimum, %(low)s, is above the maximum, %(high)s. No number lies between them.",
                    check=check.name, low=check._format_answer(check.limit_min),
                    high=check._format_answer(check.limit_max)))

    def _get_limit_text(self):
        if self.limit_type == 'min':
            return self.env._("at least %(limit)s", limit=self._format_answer(self.limit_min))
        if self.limit_type == 'max':
            return self.env._("at most %(limit)s", limit=self._format_answer(self.limit_max))
        return self.env._(
            "%(low)s to %(high)s", low=self._format_number(self.limit_min), high=self._format_answer(self.limit_max))

    def _is_within(self, value):
        """Tell whether an answer is a good one.

        :param value: bool for yes or no, number, or anything else, which is always good
        """
        self.ensure_one()
        if self.kind == 'yes_no':
            return not self.expected or value == (self.expected == 'yes')
        if self.kind == 'number':
            return not (
                (self.limit_type in ('min', 'range') and value < self.limit_min)
                or (self.limit_type in ('max', 'range') and value > self.limit_max))
        return True

    def _prepare_description(self):
        """What an integrator reads of this check; what it does not have is left out."""
        self.ensure_one()
        description = {'check_id': self.id, 'name': self.name, 'kind': self.kind, 'is_required': self.is_required}
        if self.unit:
            description['unit'] = self.unit
        if self.kind == 'yes_no' and self.expected:
            description['expected'] = self.expected == 'yes'
        if self.limit_type in ('min', 'range'):
            description['limit_min'] = self.limit_min
        if self.limit_type in ('max', 'range'):
            description['limit_max'] = self.limit_max
        return description

    def _format_answer(self, value):
        """Return an answer of this check as its reader writes it."""
        self.ensure_one()
        if self.kind == 'yes_no':
            return self.env._("Yes") if value else self.env._("No")
        if self.kind == 'number':
            return f"{self._format_number(value)} {self.unit or ''}".rstrip()
        return value

    def _format_number(self, value):
        return self.env['res.lang'].browse(get_lang(self.env).id).format('%.12g', value, grouping=True)
