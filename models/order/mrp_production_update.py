from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command


class MrpProduction(models.Model):
    """Odoo's "Update BoM" on running orders with stages: the one way in which they follow their template.

    Stages that have begun stay as they are, with their materials; everything else becomes what it would be in an
    order made now. Where both cannot be had, the order is left alone.
    """

    _inherit = 'mrp.production'

    def _link_bom(self, bom):
        if not self.use_stages or self.state in ('draft', 'done', 'cancel'):
            return super()._link_bom(bom)
        if bom != self.bom_id:
            raise UserError(self.env._(
                "%(order)s runs through the stages of %(template)s: it cannot take another bill of materials.",
                order=self.name, template=self.bom_id.display_name))
        return self._follow_template()

    def _follow_template(self):
        """Let what has not begun follow the template as it is now.

        :raises UserError: it cannot; nothing has changed
        """
        self.ensure_one()
        self.workorder_ids._lock_stage_flow()
        todays_stages = self._get_todays_stages()
        if not self.bom_id.use_stages or not todays_stages:
            raise UserError(self.env._(
                "%(order)s cannot follow %(template)s: it has no stages for this product any more.",
                order=self.name, template=self.bom_id.display_name))
        begun = self.workorder_ids.filtered(lambda stage: stage._has_begun())
        if not begun:
            self.update({name: self.bom_id[name] for name in self._get_template_settings()})
        waits = self._get_wait_ends()
        stages = self._follow_stages(todays_stages, begun)
        self._follow_moves(stages, begun)
        self._drop_stages(self.workorder_ids - begun - self.workorder_ids.browse().union(*stages.values()))
        self._follow_sequence(list(stages.values()))
        self._relink_stages(waits)
        self._check_begun_stages(begun)
        self.template_version = self.bom_id._take_version()
        self.message_post(body=self.env._(
            "Follows version %(version)s of its template now. What had begun is as it was.",
            version=self.template_version))

    # ------------------------------------------------------------
    # Stages
    # ------------------------------------------------------------

    def _follow_stages(self, todays_stages, begun):
        """Bring the stages that have not begun in line with today's, and make those that are new.

        :return: ``{operation: stage}`` of this order, in today's sequence
        """
        pairs = self._pair_stages(todays_stages)
        # Records that are not saved are forgotten as soon as something is written: all is read before.
        plan = [
            (today.operation_id, pairs.get(today), today._prepare_todays_vals(pairs.get(today)))
            for today in todays_stages]
        followers = self.workorder_ids.browse().union(*pairs.values()) - begun
        skipped = followers.filtered(lambda stage: stage.stage_status == 'skipped')
        # Core lets nobody change a cancelled work order.
        skipped._write_stage({'state': 'blocked'})
        for _operation, stage, vals in plan:
            if stage and stage not in begun:
                stage._follow_template_vals(vals)
        new = self.env['mrp.workorder'].with_context(skip_confirm=True).create([
            vals | {'production_id': self.id, 'product_uom_id': self.product_uom_id.id, 'state': 'blocked'}
            for _operation, stage, vals in plan if not stage
        ]).with_env(self.env)
        followers |= new
        followers._set_cost_mode()
        wanted = followers.filtered(lambda stage: stage._is_wanted_today())
        (wanted & skipped)._set_part_of_order(True)
        (followers - wanted)._set_part_of_order(False)
        made = new.grouped('operation_id')
        return {operation: stage or made[operation] for operation, stage, _vals in plan}

    def _follow_moves(self, stages, begun):
        """Hook: bring what the stages that have not begun use and give in line with the template.

        :param dict stages: ``{operation: stage}``, in today's sequence
        :param begun: the stages whose moves stay as they are
        """

    def _drop_stages(self, stages):
        """Take stages out of the order; of one with a history the history stays, and the stage is skipped."""
        logged = stages.filtered('event_ids')
        logged._set_part_of_order(False)
        (stages - logged).unlink()

    def _follow_sequence(self, stages):
        """Put the stages in the order of today's; one that has begun and is no longer there keeps its place."""
        ours = self.workorder_ids.sorted(lambda stage: (stage.sequence, stage.id))
        for place, stage in enumerate(ours):
            if stage not in stages:
                before = [stages.index(other) for other in ours[:place] if other in stages]
                stages.insert(max(before, default=-1) + 1, stage)
        for place, stage in enumerate(stages):
            if stage.sequence != place:
                stage.sequence = place
        # The cache keeps the sequence in which they were made.
        self.invalidate_recordset(['workorder_ids'])

    # ------------------------------------------------------------
    # The flow
    # ------------------------------------------------------------

    def _get_wait_ends(self):
        """Return, per stage, until when what follows it has to wait."""
        flow = self._load_flow()
        return {
            stage: max(flow.successors(stage).filtered('available_from').mapped('available_from'), default=False)
            for stage in flow.stages if stage.state != 'cancel'
        }

    def _relink_stages(self, waits):
        """Let the stages wait for each other as they are in sequence now.

        :param dict waits: as `_get_wait_ends` returned it before
        """
        self.workorder_ids.blocked_by_workorder_ids = [Command.clear()]
        self._link_workorders_and_moves()
        flow = self._load_flow()
        for stage in flow.stages.filtered(lambda stage: stage.state != 'cancel' and not stage._has_begun()):
            ends = [waits[before] for before in flow.predecessors(stage) if waits.get(before)]
            stage._write_stage({'available_from': max(ends, default=False)})
        self._sync_stage_flow()

    def _check_begun_stages(self, begun):
        """Refuse stages that would now come before one whose units have not passed them."""
        flow = self._load_flow()
        for stage in begun:
            ready = flow.ready(stage)
            if ready < 0 or (stage.is_started and not ready):
                raise UserError(self.env._(
                    "%(order)s cannot follow its template: %(stage)s has begun, and %(before)s would have to come "
                    "before it.", order=self.name, stage=stage.name,
                    before=", ".join(flow.blockers(stage).mapped('name'))))
