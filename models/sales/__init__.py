from . import mrp_bom
from . import mrp_production
from . import mrp_workorder
from . import crm_stage
from . import sale_order_line
