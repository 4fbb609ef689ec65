from . import test_thin_path
from . import test_concurrency
from . import test_door
from . import test_early_consumption
from . import test_native_buttons
from . import test_replay
from . import test_rights
from . import test_snapshot
