from . import test_thin_path
