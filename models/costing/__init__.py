from . import stock_move
from . import mrp_workorder
from . import mrp_production
