from . import res_company
from . import mrp_role
from . import product_template_attribute_line
from . import product_template
from . import mrp_bom
from . import mrp_bom_line
from . import mrp_routing_workcenter
