"""The private PostgreSQL: durable, on loopback, started on demand, stopped by its last user.

Everything that uses the server holds a shared lock while it does. Whoever lets go last stops
it. The kernel drops the lock of a process that dies, so a crash never counts as a user.
With ``PGHOST`` in the environment that server is used instead and none of this happens.
"""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import apt, lock, paths
from .console import Problem, step

ROLE = "odoo"       # Odoo refuses to work as the role "postgres"
OLDEST = 13
PATIENCE = 300          # seconds; recovery after a power cut takes a while

HOME = paths.LOCAL / "pg"
DATA = HOME / "data"
LOG = HOME / "server.log"
PASSWORD = paths.LOCAL / "pg-password"
MUTEX = paths.LOCAL / "pg.mutex"
USERS = paths.LOCAL / "pg.users"

SETTINGS = """\
# Written by the tooling. TCP on loopback, because a socket's path may be too long for the kernel.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
port = {port}
max_connections = 200
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_parallel_workers_per_gather = 0
jit = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
checkpoint_timeout = 15min
autovacuum_naptime = 20s
log_min_messages = warning
log_min_error_statement = panic
"""


def is_external() -> bool:
    """Tell whether the environment names a server of the developer's own."""
    return bool(os.environ.get("PGHOST") or os.environ.get("PGSERVICE"))


def ensure_programs() -> None:
    """Have PostgreSQL's programs on the machine: the client at least, the server unless one is given."""
    if is_external():
        if not shutil.which("psql"):
            apt.install(["postgresql-client"], "The work with your PostgreSQL server")
    elif not _server_folders():
        apt.install(["postgresql"], "The private database server")
        if not _server_folders():
            raise Problem(f"No PostgreSQL {OLDEST} or newer was found in /usr/lib/postgresql or on the PATH.")


@contextmanager
def server() -> Iterator[dict[str, str]]:
    """Have a server while the block runs; yields the variables that lead to it."""
    ensure_programs()
    if is_external():
        yield {}
        return
    with lock.exclusive(MUTEX):
        users = lock.acquire(USERS, shared=True)
        assert users is not None
        port = _running_port() or _start()
    try:
        yield {"PGHOST": "127.0.0.1", "PGPORT": str(port), "PGUSER": ROLE, "PGPASSWORD": PASSWORD.read_text(),
               "PGSSLMODE": "disable", "PATH": f"{_programs()}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    finally:
        with lock.exclusive(MUTEX):
            users.close()
            if alone := lock.acquire(USERS, wait=False):
                _stop()
                alone.close()


def stop() -> None:
    """Stop the server, whoever uses it."""
    if DATA.exists() and _running_port():
        _stop()


def _server_folders() -> list[Path]:
    """Return the folders that hold PostgreSQL's server programs, newest first."""
    found = [folder for folder in Path("/usr/lib/postgresql").glob("*/bin")
             if (folder / "initdb").exists() and folder.parent.name.isdigit()]
    found.sort(key=lambda folder: int(folder.parent.name), reverse=True)
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).resolve().parent)
    return [folder for folder in found if _version(folder) >= OLDEST]


def _version(folder: Path) -> int:
    text = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    words = text.split()
    return int(words[2].split(".")[0]) if len(words) > 2 and words[2][0].isdigit() else 0


def _programs() -> Path:
    """Return the programs that fit the existing data, or the newest."""
    folders = _server_folders()
    if not (DATA / "PG_VERSION").exists():
        return folders[0]
    version = int((DATA / "PG_VERSION").read_text())
    for folder in folders:
        if _version(folder) == version:
            return folder
    raise Problem(f"The databases in {HOME} were made by PostgreSQL {version}, which is no longer installed. "
                  f"Install postgresql-{version}, or start afresh with `make clean`.")


def _as_owner() -> list[str]:
    """Return the words that run a command as the data's owner; PostgreSQL refuses to run as root."""
    if os.geteuid():
        return []
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        raise Problem("PostgreSQL does not run as root, and the user postgres, which Debian's package makes, "
                      "does not exist.") from None
    plain = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
    # A checkout under a closed folder such as /root: let the server pass through it, and no more than that.
    passing = [*plain, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    for words in (plain, passing):
        # Not `test -x`, which asks what the user may do without the added right.
        if subprocess.run([*words, "ls", HOME], capture_output=True, check=False).returncode == 0:
            return words
    raise Problem(f"The user postgres cannot reach {HOME}, because a folder above it is closed to others. "
                  "Clone into a folder that others may enter, or work as a user other than root.")


def _create() -> None:
    folder = _server_folders()[0]
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(mode=0o700)
    if not os.geteuid():
        shutil.chown(HOME, "postgres")
    password = secrets.token_urlsafe(24)
    handed_over = HOME / "password"
    handed_over.touch(mode=0o600)
    handed_over.write_text(password)
    if not os.geteuid():
        shutil.chown(handed_over, "postgres")
    draft = HOME / "draft"
    with step("Making a private PostgreSQL"):
        done = subprocess.run(
            [*_as_owner(), folder / "initdb", "-D", draft, "-U", ROLE, "--auth=scram-sha-256",
             f"--pwfile={handed_over}", "--encoding=UTF8", "--locale=C.UTF-8"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, cwd="/")
        if done.returncode:
            raise Problem(f"initdb failed: {done.stderr.strip()}")
    handed_over.unlink()
    PASSWORD.unlink(missing_ok=True)
    PASSWORD.touch(mode=0o600)
    PASSWORD.write_text(password)
    draft.rename(DATA)      # last: what has its final name is complete


def _running_port() -> int | None:
    """Return the port of the running server, if it runs."""
    try:
        lines = (DATA / "postmaster.pid").read_text().splitlines()
        pid, port = int(lines[0]), int(lines[3])
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError, IndexError):
        return None
    return port if str(DATA).encode() in command else None


def _start() -> int:
    if not (DATA / "PG_VERSION").exists():
        _create()
    for _attempt in range(5):
        port = _free_port()
        # Our settings replace the whole file, so what initdb guessed does not matter.
        (DATA / "postgresql.conf").write_text(SETTINGS.format(port=port))
        if _launch():
            return port     # else someone may have taken the port in between
    tail = LOG.read_text(errors="replace").splitlines()[-10:] if LOG.exists() else []
    raise Problem("The private PostgreSQL does not start. The end of its log:\n" + "\n".join(tail))


def _launch() -> bool:
    """Start the server process and wait until it answers, or ends."""
    # Without pg_ctl, which hands the path to a shell and stumbles over a quotation mark in it.
    with LOG.open("ab") as log:
        process = subprocess.Popen(
            [*_as_owner(), _programs() / "postgres", "-D", DATA],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True)
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            lines = (DATA / "postmaster.pid").read_text().splitlines()
        except OSError:
            lines = []
        if len(lines) > 7 and lines[0] == str(process.pid) and lines[7].strip() == "ready":
            return True
        time.sleep(0.05)
    process.terminate()
    return False


def _stop() -> None:
    subprocess.run([*_as_owner(), _programs() / "pg_ctl", "stop", "-w", "-s", "-m", "fast", "-D", DATA],
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   check=False, cwd="/")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
