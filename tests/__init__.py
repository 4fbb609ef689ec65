from . import test_thin_path
from . import test_door
from . import test_early_consumption
