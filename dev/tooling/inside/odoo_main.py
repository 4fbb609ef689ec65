"""Start Odoo's command line from any tree.

A script of its own, because Odoo starts its helper processes again by the name of the script.
"""

import os
import sys

sys.path[0] = os.environ["ODOO_ROOT"]

if __name__ == "__main__":
    import odoo.cli

    odoo.cli.main()
