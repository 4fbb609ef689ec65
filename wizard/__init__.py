from . import mrp_material_return
from . import mrp_stage_finish
from . import mrp_stage_finish_checks
from . import mrp_stage_hold
from . import mrp_stage_start
from . import mrp_template_copy
from . import mrp_template_preview
from . import mrp_template_compare
