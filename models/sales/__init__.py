from . import mrp_production
from . import mrp_workorder
from . import sale_order_line
