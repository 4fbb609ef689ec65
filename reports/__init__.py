from . import mrp_cost_sheet
