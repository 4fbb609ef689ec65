from odoo import api, fields, models
from odoo.tools import SQL

from ..order.mrp_workorder import CLOSED_STATUSES

TRIGGER_STATES = [('due', "To come"), ('done', "Done")]


class MrpWorkorder(models.Model):
    """When the triggers of a stage fire: each once in the life of an order.

    Parts that were split off an order are the same order here: the first start of any of them is the start, and the
    finish is when all of them have passed the stage. It is always the stage of the whole order that fires.
    """

    _inherit = 'mrp.workorder'

    # Empty: there is nothing to fire, which an act has to know without looking for triggers.
    start_trigger_state = fields.Selection(TRIGGER_STATES, "Triggers at Start", readonly=True, copy=False)
    finish_trigger_state = fields.Selection(TRIGGER_STATES, "Triggers at Finish", readonly=True, copy=False)
    # Not stored: a batch may serve several, and each message is about one of them.
    sale_order_id = fields.Many2one(
        'sale.order', "Sale Order", compute='_compute_sale_order_id', compute_sudo=True,
        groups='sales_team.group_sale_salesman',
        help="In a message to a customer, the sale order that the message is about.")

    @api.depends_context('message_sale_order_id')
    @api.depends('production_id')
    def _compute_sale_order_id(self):
        named = self.env['sale.order'].browse(self.env.context.get('message_sale_order_id'))
        for stage in self:
            stage.sale_order_id = named or stage.production_id._get_sale_orders()[:1]

    # ------------------------------------------------------------
    # What is to come
    # ------------------------------------------------------------

    def _expect_triggers(self, moment):
        """These stages have triggers of that moment, ``start`` or ``finish``, which they have not come to yet."""
        name = f'{moment}_trigger_state'
        new = self.filtered(lambda stage: not stage[name])
        if new:
            new._write_stage({name: 'due'})

    def _prepare_batch_stage_vals(self, flow, part):
        """What has been triggered for the whole order is not triggered again for a part of it."""
        return super()._prepare_batch_stage_vals(flow, part) | {
            'start_trigger_state': self.start_trigger_state,
            'finish_trigger_state': self.finish_trigger_state,
        }

    # ------------------------------------------------------------
    # Firing
    # ------------------------------------------------------------

    def _follow_stage_act(self, act):
        super()._follow_stage_act(act)
        if act.kind == 'start':
            self._fire_start_triggers(act.occurred_at)
        # Units pass a stage also by the loss of those that were not through.
        self.production_id.workorder_ids._fire_finish_triggers(act.occurred_at)

    def _fire_start_triggers(self, moment):
        """Fire the triggers of these stages, which were started then, unless they have been.

        :param moment: naive UTC
        """
        due = self.filtered(lambda stage: stage.start_trigger_state == 'due')
        if due:
            self._fire_triggers('start', due._get_families(), moment)

    def _fire_finish_triggers(self, moment):
        """Fire the triggers of those of these stages that all units of their order have passed.

        :param moment: naive UTC
        """
        due = self.filtered(
            lambda stage: stage.finish_trigger_state == 'due' and stage.stage_status in CLOSED_STATUSES)
        if due:
            families = due._get_families()
            passed = {first: stages for first, stages in families.items() if stages._is_passed()}
            self._fire_triggers('finish', passed, moment)
            self.browse().union(*(families.keys() - passed.keys()))._meet_other_parts()

    @api.model
    def _fire_triggers(self, name, families, moment):
        """Fire the triggers of stages.

        :param str name: ``start`` or ``finish``
        :param dict families: as `_get_families` returns it
        :param moment: when it happened, naive UTC
        """
        # Before anything is fired: an action may act on the same stage again.
        self.browse().union(*families.values())._write_stage({f'{name}_trigger_state': 'done'})
        triggers = self.browse().union(*families).trigger_ids.filtered(lambda trigger: trigger.moment == name)
        triggers._fire(moment)

    def _is_passed(self):
        """Tell whether all units of an order have passed a stage, and there are any.

        :param self: the stage in the order and in the parts that were split off it
        """
        return all(stage.stage_status in CLOSED_STATUSES for stage in self) and any(
            stage.stage_status == 'done' and stage.qty_produced for stage in self)

    # ------------------------------------------------------------
    # Parts of an order
    # ------------------------------------------------------------

    def _get_families(self):
        """Return these stages as one with those of the other parts of their orders.

        :return: ``{stage of the whole order: that stage and those of all parts}``
        """
        whole = self.filtered(lambda stage: stage.production_id.batch_mode != 'split')
        first_of = {stage: stage for stage in (self - whole)._get_first_stages()}
        families = {stage: stage for stage in (*whole, *first_of)}
        level = self.browse().union(*first_of)
        while level:
            level = self.search([('split_from_id', 'in', level.ids)])
            for stage in level:
                first_of[stage] = first_of[stage.split_from_id]
                families[first_of[stage]] |= stage
        return families

    def _get_first_stages(self):
        """Return the stages that these, or what they were split off from, were made of in the beginning."""
        stages = self
        while stages.split_from_id:
            stages = stages.split_from_id | stages.filtered(lambda stage: not stage.split_from_id)
        return stages

    def _meet_other_parts(self):
        """Let two parts of an order that pass a stage at the same moment know of each other.

        Neither sees that the other is through. As both change the row of the whole order's stage, whoever comes
        second fails to serialize, and is run again by Odoo.
        """
        if self:
            self.env.cr.execute(SQL(
                "UPDATE mrp_workorder SET finish_trigger_state = finish_trigger_state WHERE id IN %s",
                tuple(self.ids)))
