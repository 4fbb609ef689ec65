"""Odoo 19 itself: the tree that ``ODOO_PATH`` names, or Debian's package unpacked here."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import apt, paths, process, stamps
from .console import Problem, step

PACKAGE = "odoo-19"
SUITE = "sid"
DEBIAN_SUITES = {"bookworm", "trixie", "forky", "sid", "stable", "testing", "unstable"}

# What Debian took out of the package and links to instead, by a file that tells it is there.
LINKED_PACKAGES = {
    "fonts-font-awesome": "/usr/share/fonts-font-awesome",
    "fonts-inconsolata": "/usr/share/fonts/truetype/inconsolata",
    "fonts-ocr-b": "/usr/share/fonts/opentype/ocr-b",
    "fonts-roboto-unhinted": "/usr/share/fonts/truetype/roboto",
    "libjs-jquery": "/usr/share/javascript/jquery/jquery.js",
    "libjs-jquery-form": "/usr/share/javascript/jquery-form",
    "libjs-underscore": "/usr/share/javascript/underscore",
}


@dataclass(frozen=True)
class Source:
    """A tree that holds the ``odoo`` package."""

    root: Path
    version: str
    revision: str = ""

    @property
    def key(self) -> str:
        """What tells one Odoo from another, for whatever is cached per Odoo."""
        return stamps.digest([str(self.root), self.version, self.revision])


def find() -> Source:
    """Return the Odoo to use, fetching it the first time."""
    given = os.environ.get("ODOO_PATH")
    if given:
        return _given(Path(given).expanduser().resolve())
    root = paths.ODOO / "usr/lib/python3/dist-packages"
    if not stamps.is_current("odoo", PACKAGE) or not (root / "odoo/release.py").exists():
        _unpack(_download())
        stamps.record("odoo", PACKAGE)
    apt.install((package for package, sign in LINKED_PACKAGES.items() if not Path(sign).exists()),
                "Debian's Odoo")
    return Source(root, _version(root))


def _given(path: Path) -> Source:
    for root in (path, path.parent):
        if (root / "odoo/release.py").exists():
            version = _version(root)
            if not version.startswith(f"{paths.SERIES}."):
                raise Problem(f"ODOO_PATH holds Odoo {version}, but this app is made for Odoo {paths.SERIES}.")
            return Source(root, version, _revision(root))
    raise Problem(f"ODOO_PATH={path} holds no Odoo: the folder odoo with release.py in it was not found there.")


def _version(root: Path) -> str:
    text = (root / "odoo/release.py").read_text()
    found = re.search(r"^version_info = \(([^)]*)\)", text, re.MULTILINE)
    parts = [part.strip(" '\"") for part in found.group(1).split(",")] if found else []
    if len(parts) < 3:
        raise Problem(f"{root}/odoo/release.py does not tell its version the way Odoo 19 does.")
    return ".".join(parts[:3])


def _download() -> Path:
    cached = sorted(paths.CACHE.glob(f"{PACKAGE}_*.deb"))
    if cached:
        return cached[-1]
    if not shutil.which("apt-get"):
        raise Problem("Odoo is downloaded as a Debian package, and this machine has no apt-get. "
                      "Set ODOO_PATH to an Odoo 19 source tree.")
    mirrors = _debian_mirrors()
    if not mirrors:
        raise Problem("No Debian mirror was found in the machine's package sources. "
                      "Set ODOO_PATH to an Odoo 19 source tree.")
    with step("Downloading Odoo 19 (120 MB)"):
        for mirror in mirrors[:-1]:
            try:
                return _download_from(mirror)
            except Problem:
                continue
        return _download_from(mirrors[-1])


def _download_from(entry: str) -> Path:
    """Fetch the package with a package manager's state of our own: the machine's sources stay as they are."""
    state = paths.LOCAL / "apt"
    shutil.rmtree(state, ignore_errors=True)
    for folder in ("lists/partial", "cache/archives/partial"):
        (state / folder).mkdir(parents=True)
    (state / "sid.list").write_text(entry)
    # Relative, because apt takes a blank for the end of a value and a checkout's path may have one.
    options = [
        "-o", "Dir::Etc::sourcelist=./sid.list", "-o", "Dir::Etc::sourceparts=/dev/null",
        "-o", "Dir::State::lists=./lists", "-o", "Dir::Cache=./cache", "-o", "Debug::NoLocking=1",
        "-o", "APT::Get::List-Cleanup=0", "-o", "APT::Sandbox::User=root", "-o", "Acquire::Languages=none",
        "-o", "Acquire::Retries=3",
    ]
    process.quiet(["apt-get", "-q", *options, "update"], log="odoo-download", cwd=state)
    process.quiet(["apt-get", "-q", *options, "download", PACKAGE], log="odoo-download", cwd=state)
    paths.CACHE.mkdir(parents=True, exist_ok=True)
    package = max(state.glob(f"{PACKAGE}_*.deb"))
    # Into the cache whole or not at all: another checkout may be looking.
    draft = paths.CACHE / f"{package.name}.{os.getpid()}.new"
    shutil.move(package, draft)
    target = draft.replace(paths.CACHE / package.name)
    shutil.rmtree(state)
    return target


def _debian_mirrors() -> list[str]:
    """Return sources lines for Debian's development suite, on the mirrors that the machine already uses."""
    etc = Path("/etc/apt")
    found = []
    for file in (etc / "sources.list", *sorted((etc / "sources.list.d").glob("*"))):
        if file.is_file() and file.suffix in (".list", ".sources"):
            text = re.sub(r"^[ \t]*#.*\n?", "", file.read_text(errors="replace"), flags=re.MULTILINE)
            found += _deb822(text) if file.suffix == ".sources" else _one_line(text)
    mirrors = [entry for entry in found if entry.is_debian]
    # A mirror's usual path first: a third party may use Debian's names for its suites.
    mirrors.sort(key=lambda entry: not re.search(r"/debian/?$", entry.uri))
    return list(dict.fromkeys(f"deb {entry.options}{entry.uri} {SUITE} main\n" for entry in mirrors))


@dataclass(frozen=True)
class _Entry:
    """One repository among the machine's sources."""

    types: list[str]
    uri: str
    suites: list[str]
    components: list[str]
    signed_by: str

    @property
    def is_debian(self) -> bool:
        """Whether this may be a mirror of Debian itself, which carries all its suites."""
        return ("deb" in self.types and "main" in self.components and not self.uri.startswith("cdrom:")
                and "security" not in self.uri and any(suite in DEBIAN_SUITES for suite in self.suites))

    @property
    def options(self) -> str:
        """The key that signs it: the entry's own file, or Debian's."""
        for key in (self.signed_by, "/usr/share/keyrings/debian-archive-keyring.gpg"):
            if key.startswith("/") and Path(key).exists():
                return f"[signed-by={key}] "
        return ""


def _deb822(text: str) -> list[_Entry]:
    entries = []
    for stanza in re.split(r"\n\s*\n", text):
        fields = {name.lower(): " ".join(value.split()) for name, value in
                  re.findall(r"^([A-Za-z-]+):((?:.*)(?:\n[ \t].*)*)", stanza, re.MULTILINE)}
        if fields.get("enabled", "yes").lower() in ("no", "false"):
            continue
        entries += [_Entry(fields.get("types", "").split(), uri, fields.get("suites", "").split(),
                           fields.get("components", "").split(), fields.get("signed-by", ""))
                    for uri in fields.get("uris", "").split()]
    return entries


def _one_line(text: str) -> list[_Entry]:
    entries = []
    for line in text.splitlines():
        found = re.match(r"(deb)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.*)", line.strip())
        if found:
            kind, options, uri, suite, components = found.groups()
            signed = re.search(r"signed-by=(\S+)", options or "")
            entries.append(_Entry([kind], uri, [suite], components.split(), signed.group(1) if signed else ""))
    return entries


def _unpack(package: Path) -> None:
    with step("Unpacking Odoo 19"):
        shutil.rmtree(paths.ODOO, ignore_errors=True)
        draft = paths.ODOO.with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)
        try:
            process.quiet(["dpkg", "-x", package, draft], log="odoo-unpack")
        except Problem:
            package.unlink(missing_ok=True)     # cut short or damaged: fetch it again next time
            raise
        _mend(draft)
        draft.rename(paths.ODOO)


def _mend(tree: Path) -> None:
    """Fill the gaps of Debian's package, which expects to be installed into the system."""
    share = tree / "usr/share"
    for name in ("javascript", "fonts-font-awesome", "fonts"):
        if not (share / name).exists():
            (share / name).symlink_to(f"/usr/share/{name}")
    # Named by a bundle though Debian removed it: its absence is a console error, which fails every tour.
    selfie = tree / "usr/lib/python3/dist-packages/odoo/addons/mail/static/lib/selfie_segmentation"
    selfie.mkdir(parents=True, exist_ok=True)
    (selfie / "selfie_segmentation.js").touch()


def _revision(root: Path) -> str:
    """Return the commit of a source checkout, or nothing."""
    done = subprocess.run(["git", "-C", root, "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip()
