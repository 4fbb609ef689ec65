from . import mrp_cost_line
from . import stock_move
from . import mrp_workcenter_productivity
from . import mrp_workorder
from . import mrp_workorder_time
from . import mrp_workorder_cost
from . import mrp_production
from . import mrp_production_cost
