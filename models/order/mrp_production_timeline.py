from odoo import fields, models
from odoo.fields import Domain


class MrpProduction(models.Model):
    """The story of an order, stage by stage."""

    _inherit = 'mrp.production'

    def production_timeline(self):
        """Return what happened at each stage of the order.

        Durations are minutes, moments are UTC as text, quantities of products in the product's unit of measure.

        :return: list of ``{'workorder_id', 'name', 'stage_status', 'status_label', 'qty_produced', 'uom', 'planned',
            'worked', 'paused', 'started_at', 'finished_at', 'wait_after', 'available_from', 'people', 'events',
            'checks', 'photos', 'inputs', 'outputs', 'losses'}`` in the order of the stages
        """
        self.ensure_one()
        self.check_access('read')
        # What happened to an order is no secret to whoever may read the order.
        order = self.sudo()
        stages = order.workorder_ids.sorted(lambda stage: (stage.sequence, stage.id))
        parts = order._get_timeline_parts(stages)
        return [
            stage._prepare_stage_timeline_vals() | {name: by_stage.get(stage, []) for name, by_stage in parts.items()}
            for stage in stages
        ]

    def _get_timeline_parts(self, stages):
        """Hook: return the lists that the timeline has for each stage.

        :return: ``{key: {stage: [dict, …]}}``, read for all stages at once
        """
        return {
            'events': self._get_timeline_events(),
            'checks': self._get_timeline_checks(),
            'photos': self._get_timeline_photos(stages),
        }

    def _get_timeline_events(self):
        kinds = dict(self.event_ids._fields['kind']._description_selection(self.env))
        sources = dict(self.event_ids._fields['source']._description_selection(self.env))
        return {
            stage: [
                {
                    'event_id': event.id,
                    'kind': event.kind,
                    'kind_label': kinds[event.kind],
                    'occurred_at': fields.Datetime.to_string(event.occurred_at),
                    'recorded_at': fields.Datetime.to_string(event.recorded_at),
                    'employee_id': event.employee_id.id,
                    'person': event.employee_id.name or event.user_id.name,
                    'quantity': event.quantity,
                    'uom': event.uom_id.name,
                    'rework_cycle': event.rework_cycle,
                    'reason': event.reason_id.name or False,
                    'to': event.to_workorder_id.name or False,
                    'batch_id': event.batch_id.id or False,
                    'batch': event.batch_id.name or False,
                    'note': event.note or False,
                    'source': event.source,
                    'source_label': sources[event.source],
                }
                for event in events
            ]
            for stage, events in self.event_ids.sorted('id').grouped('workorder_id').items()
        }

    def _get_timeline_checks(self):
        return {
            stage: [
                {
                    'answer_id': answer.id,
                    'name': answer.name,
                    'answer': answer.answer,
                    'limits': answer.limits or False,
                    'in_limits': answer.in_limits,
                    'accepted_by': answer.accepted_by.name or False,
                    'accept_reason': answer.accept_reason or False,
                    'is_photo': answer.kind == 'photo',
                }
                for answer in answers
            ]
            for stage, answers in self.check_answer_ids.sorted('id').grouped('workorder_id').items()
        }

    def _get_timeline_photos(self, stages):
        photos = self.env['ir.attachment'].search(
            Domain('res_model', '=', stages._name) & Domain('res_id', 'in', stages.ids)
            & Domain('mimetype', '=like', 'image/%'), order='id')
        return {
            stages.browse(stage_id): [{'attachment_id': photo.id, 'name': photo.name} for photo in of_stage]
            for stage_id, of_stage in photos.grouped('res_id').items()
        }
