"""Databases to copy from: one with the app's dependencies, one with the app on top.

Each is made under a draft name and renamed when it is complete, so an interrupted making
leaves nothing that could be taken for a whole one.
"""

from collections.abc import Mapping

from . import app, lock, odoo, paths, process, stamps
from .console import Problem, step
from .database import Databases, name_for
from .odoo_source import Source
from .progress import TROUBLE

QUIET = ("--stop-after-init", "--no-http", "--log-level=warn", "--max-cron-threads=0")


class Templates:
    """The template databases of one server."""

    def __init__(self, source: Source, server: Mapping[str, str]) -> None:
        self._source, self._server = source, server
        self.databases = Databases(server)
        self.key = stamps.digest(["2", source.key, *app.depends()])

    def dependencies(self, *, demo: bool = False) -> str:
        """Return a database with the app's dependencies, without demo data unless asked."""
        return self._ensure("demodeps" if demo else "deps", self.key, None, app.depends(), demo)

    def installed(self, *, demo: bool = False) -> str:
        """Return a database with the app as it is now, freshly installed."""
        key = stamps.digest([self.key, app.code_digest()])
        return self._ensure("demoapp" if demo else "app", key, self.dependencies(demo=demo), [paths.MODULE], demo)

    def _ensure(self, purpose: str, key: str, base: str | None, modules: list[str], demo: bool) -> str:
        name = name_for(f"{purpose}_{key[:10]}")
        with lock.exclusive(paths.LOCAL / f"{purpose}.lock"):
            if not self.databases.exists(name):
                for old in self.databases.names(name_for(f"{purpose}_")):
                    self.databases.drop(old)
                draft = name_for(f"draft_{purpose}")
                self.databases.drop(draft)
                what = ", ".join(modules) + (" with demo data" if demo else "")
                with step(f"Installing {what} into a template database"):
                    if base:
                        self.databases.copy(base, draft)
                    self._install(purpose, draft, modules, demo)
                self.databases.rename(draft, name)
        return name

    def _install(self, purpose: str, database: str, modules: list[str], demo: bool) -> None:
        log = paths.LOGS / f"install-{purpose}.log"
        arguments = ["-i", ",".join(modules), *(["--with-demo"] if demo else []), *QUIET]
        with log.open("wb") as stream:
            code = process.run(odoo.command("-d", database, *arguments), stdout=stream, stderr=stream,
                               env=odoo.environment(self._source, self._server, hasty=True))
        text = log.read_text(errors="replace")
        if code or TROUBLE.search(text):
            print(text[-6000:])
            raise Problem(f"Odoo could not install {', '.join(modules)}. The whole log is in {log}.")
