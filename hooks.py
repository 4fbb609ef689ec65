def post_init_hook(env):
    """Companies that were there before get what new ones get when they are created."""
    env['res.company'].search([])._create_stage_workcenters()
