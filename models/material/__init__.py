from . import stock_move
from . import mrp_workorder
from . import mrp_workorder_card
from . import mrp_workorder_usage
from . import mrp_production
from . import mrp_production_material
from . import mrp_production_return
from . import mrp_unbuild
