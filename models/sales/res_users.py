from collections import Counter

from odoo import models


class ResUsers(models.Model):
    """Whom production gives something to do."""

    _inherit = 'res.users'

    def _filter_working_in(self, company):
        """Return those of these users who can sign in and work in a company."""
        return self.filtered(lambda user: user.active and not user.share and company in user.company_ids)

    def _get_free_supervisor(self, company):
        """Return the supervisor of a company with the least to do; nobody where there is none."""
        supervisors = self.env.ref('mrp_production_stage.group_supervisor').all_user_ids._filter_working_in(company)
        return supervisors._get_least_busy(supervisors._count_activities())

    def _count_activities(self):
        """Return a counter of what each of these users has to do."""
        return Counter(dict(self.env['mail.activity']._read_group(
            [('user_id', 'in', self.ids)], ['user_id'], ['__count'])))

    def _get_least_busy(self, counts):
        """Return who of these users has the least to do; nobody of nobody.

        :param counts: as `_count_activities` returns them
        """
        return min(self, key=lambda user: (counts[user], user.id), default=self)
