"""Having everything in place, each kind of thing only when it is needed and missing."""

import shutil

from . import apt, lock, node_env, odoo_source, paths, postgres, python_env

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def ensure(*, browser: bool = False) -> odoo_source.Source:
    """Set up what Odoo needs, a browser too for tours, and return the Odoo to use."""
    with lock.exclusive(paths.LOCAL / "setup.lock"):
        paths.prepare()
        postgres.ensure_programs()
        missing = [] if shutil.which("wkhtmltopdf") else ["wkhtmltopdf"]
        if browser and not any(map(shutil.which, BROWSERS)):
            missing.append("chromium")
        apt.install(missing, "Printing and browser tests" if browser else "Printing")
        python_env.ensure()
        return odoo_source.find()


def ensure_python() -> None:
    """Set up the Python environment alone."""
    with lock.exclusive(paths.LOCAL / "setup.lock"):
        paths.prepare()
        python_env.ensure()


def ensure_checkers() -> None:
    """Set up what lint needs."""
    with lock.exclusive(paths.LOCAL / "setup.lock"):
        paths.prepare()
        python_env.ensure()
        node_env.ensure()
