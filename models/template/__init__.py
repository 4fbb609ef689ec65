from . import res_company
from . import mrp_role
from . import mrp_bom
from . import mrp_bom_line
from . import mrp_routing_workcenter
