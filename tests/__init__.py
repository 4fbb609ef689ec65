from . import test_thin_path
from . import test_door
