"""Who performs a stage, of a template or of an order: both say it with the same fields."""

PERFORMER_TYPES = [
    ('at_start', "Chosen at start"),
    ('employee', "Employee"),
    ('role', "Role"),
    ('subcontractor', "Subcontractor"),
]

# The field that names the performer of each type; of one chosen at start nothing is known yet.
PERFORMER_FIELDS = {
    'employee': 'performer_employee_id',
    'role': 'performer_role_id',
    'subcontractor': 'performer_partner_id',
}


def performer_name(stage):
    """Return the name of the stage's employee, role or subcontractor, or False where it is chosen at start."""
    name = PERFORMER_FIELDS.get(stage.performer_type)
    return name and stage[name].display_name
