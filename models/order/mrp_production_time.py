from odoo import fields, models
from odoo.tools import SQL


class MrpProductionTime(models.Model):
    """How long each person worked and paused on an order, read from the clocks of its stages.

    A pause lasts from where a clock stopped for it to where the same person's next clock on the stage starts;
    one that has not ended yet lasts until now while the stage is open. Minutes.
    """

    _name = 'mrp.production.time'
    _description = "Working Time on a Production Order"
    _auto = False
    _order = 'production_id desc, employee_id, user_id'
    _rec_name = 'employee_id'
    _depends = {
        'mrp.workcenter.productivity': [
            'workorder_id', 'employee_id', 'user_id', 'company_id', 'date_start', 'date_end', 'is_paused'],
        'mrp.workorder': ['production_id', 'use_stages', 'is_started'],
    }

    production_id = fields.Many2one('mrp.production', "Production Order", readonly=True)
    employee_id = fields.Many2one('hr.employee', "Operator", readonly=True)
    user_id = fields.Many2one('res.users', "User", readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    work = fields.Float("Work", readonly=True, help="Minutes the person's clocks ran.")
    pause = fields.Float("Pause", readonly=True, help="Minutes between a pause and the work after it.")
    is_working = fields.Boolean("Working Now", readonly=True)

    @property
    def _table_query(self):
        now = fields.Datetime.now()
        return SQL(
            """
            WITH times AS (
                SELECT t.id, w.production_id, t.employee_id, t.user_id, t.company_id,
                       t.date_start, t.date_end, t.is_paused, w.is_started,
                       LEAD(t.date_start) OVER (
                           PARTITION BY w.production_id, t.workorder_id, t.employee_id, t.user_id
                               ORDER BY t.date_start, t.id
                       ) AS next_start
                  FROM mrp_workcenter_productivity t
                  JOIN mrp_workorder w ON w.id = t.workorder_id AND w.use_stages
            )
            SELECT MIN(id) AS id, production_id, employee_id, user_id, company_id,
                   SUM(EXTRACT(EPOCH FROM COALESCE(date_end, %(now)s) - date_start)) / 60 AS work,
                   COALESCE(SUM(EXTRACT(EPOCH FROM
                       COALESCE(next_start, CASE WHEN is_started THEN %(now)s ELSE date_end END) - date_end
                   )) FILTER (WHERE is_paused), 0) / 60 AS pause,
                   BOOL_OR(date_end IS NULL) AS is_working
              FROM times
             GROUP BY production_id, employee_id, user_id, company_id
            """,
            now=now,
        )
