"""``make run``: the app with its demo in the browser, on a database that is kept."""

import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping

from .. import app, lock, odoo, paths, postgres, process, progress, setup, stamps
from ..console import Problem, say, step
from ..database import Databases
from ..odoo_source import Source

# Demo users whose password is their login, as Odoo's own demo users have it.
DEMO_LOGINS = ("admin", "supervisor", "operator", "sales", "demo", "portal")
PATIENCE = 180      # seconds until a server that does not answer counts as broken


def main(_arguments: list[str]) -> int:
    """Have the database, serve it, and stop what was started at the end."""
    host = os.environ.get("HOST") or "127.0.0.1"
    port = _number(os.environ.get("PORT") or "8069")
    database = os.environ.get("DB") or "production_stages"
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,55}", database):
        raise Problem(f"DB={database} cannot be a database's name: use letters, digits, dots, dashes and underscores.")
    served = lock.acquire(paths.LOCAL / f"run-{port}.lock", wait=False)
    if served is None:
        raise Problem(f"make run of this checkout is already up on port {port}: http://localhost:{port}")
    with served:
        _check_port(host, port)
        source = setup.ensure()
        with postgres.server() as server:
            site = Site(source, server, database)
            site.prepare()
            return site.serve(host, port)


class Site:
    """One database and the server in front of it."""

    def __init__(self, source: Source, server: Mapping[str, str], database: str) -> None:
        self.database = database
        self._databases = Databases(server)
        self._source, self._server = source, server

    def prepare(self) -> None:
        """Have the database, with the app as it is now."""
        # Two servers may show one database on two ports; only one of them makes or updates it.
        with lock.exclusive(paths.LOCAL / f"prepare-{self.database}.lock"):
            code = app.code_digest()
            stamp = f"run-{self.database}"
            if not self._databases.exists(self.database):
                with step(f"Making the database {self.database} with demo data, once (2 minutes or so)"):
                    self._create()
            elif not self._has_app():
                with step(f"Installing the app into the database {self.database}"):
                    self._install(self.database, "-i", paths.MODULE)
            elif not stamps.is_current(stamp, code):
                with step(f"The app has changed: updating the database {self.database}"):
                    self._install(self.database, "-u", paths.MODULE)
            stamps.record(stamp, code)

    def serve(self, host: str, port: int) -> int:
        """Serve until told to stop."""
        log = paths.LOGS / f"run-{port}.log"
        address = f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}"
        say("Starting Odoo ...")
        command = odoo.command(
            "-d", self.database, f"--db-filter=^{re.escape(self.database)}$", "--no-database-list",
            f"--http-interface={host}", f"--http-port={port}", f"--logfile={log}")
        nowhere = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        child = process.Child(command, env=odoo.environment(self._source, self._server), own_group=True, **nowhere)
        if _answers(child, f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/web/login"):
            self._welcome(address, log)
        elif not child.interrupted:
            child.process.terminate()
            child.wait()
            raise Problem(f"Odoo does not answer at {address}. Its log is {log}.")
        code = child.wait()
        say("Stopped.")
        if code and not child.interrupted:
            raise Problem(f"Odoo ended by itself with exit code {code}. Its log is {log}.")
        return 0

    def _create(self) -> None:
        draft = f"{self.database}_draft"
        self._databases.drop(draft)     # what an interrupted creation left
        self._install(draft, "-i", paths.MODULE, "--with-demo", hasty=True)
        self._databases.rename(draft, self.database)    # waits for the disk, and so for all before it

    def _install(self, database: str, *arguments: str, hasty: bool = False) -> None:
        command = odoo.command("-d", database, *arguments, "--stop-after-init", "--no-http", "--max-cron-threads=0",
                               "--log-handler=werkzeug:WARNING")
        progress.install(command, odoo.environment(self._source, self._server, hasty=hasty),
                         paths.LOGS / "run-install.log", f"Setting up the database {database}")

    def _has_app(self) -> bool:
        found = self._databases.query(
            "SELECT state FROM ir_module_module WHERE name = :'module'", self.database, module=paths.MODULE)
        return bool(found) and found[0] in ("installed", "to upgrade")

    def _welcome(self, address: str, log: os.PathLike) -> None:
        found = [line.split("|", 1) for line in self._databases.query(
            "SELECT u.login, p.name FROM res_users u JOIN res_partner p ON p.id = u.partner_id WHERE u.active "
            "AND u.login = ANY(:'logins') ORDER BY array_position(:'logins', u.login::text)",
            self.database, logins=f"{{{','.join(DEMO_LOGINS)}}}")]
        print(f"\n  Production Stages is at  {address}\n")
        print("  Login         Password      Who")
        for login, name in found:
            print(f"  {login:<13} {login:<13} {name}")
        print(f"\n  Database {self.database}; log {log}\n  Ctrl-C stops it.\n", flush=True)


def _answers(child: process.Child, url: str) -> bool:
    """Wait until the server answers; False when it ends or is too slow."""
    # The user's proxy has no business between us and the loopback.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and child.process.poll() is None:
        try:
            with opener.open(url, timeout=60):
                return True
        except urllib.error.HTTPError:
            return False
        except (OSError, ValueError):
            time.sleep(0.2)
    return False


def _check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Problem(f"Port {port} cannot be used ({error.strerror}); another program may have it. "
                          f"Choose another one: make run PORT={port + 1}") from None


def _number(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Problem(f"PORT={text} is not a port: it must be a number from 1 to 65535.")
    return int(text)
