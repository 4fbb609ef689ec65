"""Databases to copy from: one with the app's dependencies, one with the app on top.

Each is made under a draft name and renamed when it is complete, so an interrupted making
leaves nothing that could be taken for a whole one.
"""

from collections.abc import Mapping

from . import app, lock, odoo, paths, process, stamps
from .console import Problem, step
from .database import Databases, name_for
from .odoo_source import Source

QUIET = ("--stop-after-init", "--no-http", "--log-level=warn", "--max-cron-threads=0")


class Templates:
    """The template databases of one server."""

    def __init__(self, source: Source, server: Mapping[str, str]) -> None:
        self._source, self._server = source, server
        self.databases = Databases(server)
        self.key = stamps.digest(["2", source.key, *app.depends()])

    def dependencies(self) -> str:
        """Return a database with the app's dependencies and without demo data."""
        return self._ensure("deps", self.key, None, ",".join(app.depends()))

    def installed(self) -> str:
        """Return a database with the app as it is now, freshly installed."""
        base = self.dependencies()
        return self._ensure("app", stamps.digest([self.key, app.code_digest()]), base, paths.MODULE)

    def _ensure(self, purpose: str, key: str, base: str | None, modules: str) -> str:
        name = name_for(f"{purpose}_{key[:10]}")
        with lock.exclusive(paths.LOCAL / f"{purpose}.lock"):
            if not self.databases.exists(name):
                for old in self.databases.names(name_for(f"{purpose}_")):
                    self.databases.drop(old)
                draft = name_for(f"draft_{purpose}")
                self.databases.drop(draft)
                with step(f"Installing {modules.replace(',', ', ')} into a template database"):
                    if base:
                        self.databases.copy(base, draft)
                    self._install(purpose, draft, modules)
                self.databases.rename(draft, name)
        return name

    def _install(self, purpose: str, database: str, modules: str) -> None:
        log = paths.LOGS / f"install-{purpose}.log"
        with log.open("wb") as stream:
            code = process.run(odoo.command("-d", database, "-i", modules, *QUIET), stdout=stream, stderr=stream,
                               env=odoo.environment(self._source, self._server, hasty=True))
        text = log.read_text(errors="replace")
        if code or " CRITICAL " in text or " ERROR " in text:
            print(text[-6000:])
            raise Problem(f"Odoo could not install {modules}. The whole log is in {log}.")
