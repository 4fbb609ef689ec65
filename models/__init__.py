from . import template
from . import order
from . import quality
from . import material
from . import costing
from . import sales
