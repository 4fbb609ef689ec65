"""Databases and their filestores: made, copied, renamed and dropped together."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from . import paths, postgres, stamps
from .console import Problem


def name_for(purpose: str) -> str:
    """Return the name of a database of the tooling's; on a shared server it tells its checkout too."""
    if postgres.is_external():
        return f"mps_{stamps.digest([str(paths.ROOT)])[:6]}_{purpose}"
    return f"mps_{purpose}"


class Databases:
    """The databases of one server."""

    def __init__(self, server: Mapping[str, str]) -> None:
        self._environ = {**os.environ, **server}

    def query(self, sql: str, database: str = "postgres", **values: str) -> list[str]:
        """Return the lines of the answer. In ``sql``, ``:'x'`` quotes a value and ``:"x"`` a name."""
        settings = [word for name, value in values.items() for word in ("-v", f"{name}={value}")]
        done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *settings, "-d", database],
                              input=sql, capture_output=True, text=True, env=self._environ, check=False)
        if done.returncode:
            raise Problem(f"PostgreSQL refused: {done.stderr.strip()}")
        return done.stdout.splitlines()

    def exists(self, name: str) -> bool:
        """Tell whether the database exists."""
        return bool(self.query("SELECT 1 FROM pg_database WHERE datname = :'name'", name=name))

    def names(self, prefix: str) -> list[str]:
        """Return the databases whose names start with ``prefix``."""
        return self.query("SELECT datname FROM pg_database WHERE starts_with(datname, :'prefix')", prefix=prefix)

    def copy(self, template: str, name: str) -> None:
        """Make ``name`` a copy of ``template``, which nobody may be using, in place of what had that name."""
        self.drop(name)
        self.query('CREATE DATABASE :"name" TEMPLATE :"template"', name=name, template=template)
        if filestore(template).exists():
            # Odoo names these files by their content and never rewrites one, so links are as good as copies.
            shutil.copytree(filestore(template), filestore(name), copy_function=os.link)

    def drop(self, name: str) -> None:
        """Drop a database if it exists, whoever is connected."""
        self.query('DROP DATABASE IF EXISTS :"name" WITH (FORCE)', name=name)
        shutil.rmtree(filestore(name), ignore_errors=True)

    def rename(self, name: str, new: str) -> None:
        """Give a finished database its name. The filestore goes first: without its database it is only litter."""
        shutil.rmtree(filestore(new), ignore_errors=True)
        if filestore(name).exists():
            filestore(name).rename(filestore(new))
        self.query('ALTER DATABASE :"name" RENAME TO :"new"', name=name, new=new)


def filestore(name: str) -> Path:
    """Return the folder of a database's attachments."""
    return paths.DATA / "filestore" / name
