"""Proves the two commands on a fresh Debian: `make clean-root` (as root; log in build/clean-root.log).

A minimal Debian (debootstrap, kept as a tarball for the next time) is unpacked into build/clean-root/root.
It gets the machine's own certificates and pip and apt settings, if there are any, and a clone of HEAD. Inside
it, in namespaces of its own, `make demo` and `make test` run as root and as an ordinary user.
"""

import argparse
import os
import platform
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TextIO

from tools.judge import programs

REPOSITORY = Path(__file__).resolve().parents[2]
HOME = REPOSITORY / "build/clean-root"
LOG = REPOSITORY / "build/clean-root.log"
BASE = ("python3", "python3-venv", "make", "git", "ca-certificates", "iproute2")
USER = "tech"
FOLDERS = {"root": "/root/pantau", USER: f"/home/{USER}/pantau"}
COMMANDS = ("make demo", "make test")
COPIED = (  # settings of the machine: in the clean root they stand where they stand here
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pip.conf",
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/apt/apt.conf.d",
    "/etc/apt/auth.conf.d",
)
PASSED = ("PIP_", "SSL_CERT_", "REQUESTS_CA_", "CURL_CA_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
INDEX = "$(SITE) $(CODENAME) $(COMPONENT) $(ORIGIN) $(LABEL)"


class CleanRootError(Exception):
    """The clean root cannot be made; the text says why."""


class Source(NamedTuple):
    """One of the machine's own Debian sources."""

    site: str
    suite: str
    component: str
    label: str


class Outcome(NamedTuple):
    """What one command came to."""

    user: str
    command: str
    status: int
    seconds: float


def run(*words: str | Path, cwd: Path | None = None) -> str:
    """Run a command and return what it printed. Raises CleanRootError with its last words."""
    done = subprocess.run(
        words, cwd=cwd, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])
        raise CleanRootError(f"{shlex.join(map(str, words))} failed:\n{tail}")
    return done.stdout


def parse_sources(text: str) -> list[Source]:
    """Return Debian's own sources from `apt-get indextargets` lines of the form INDEX."""
    rows = [line.split(maxsplit=4) for line in text.splitlines()]
    return sorted(
        {Source(row[0], row[1], row[2], row[4]) for row in rows if len(row) == 5 and row[3] == "Debian"}
    )


def debian_sources() -> list[Source]:
    """Return the Debian sources this machine uses. Raises CleanRootError where it uses none."""
    found = parse_sources(run("apt-get", "indextargets", "--format", INDEX, "Created-By: Packages"))
    if not any(source.label == "Debian" for source in found):
        raise CleanRootError("no Debian source among this machine's: run `apt-get update` on a Debian first")
    return found


def sources_list(sources: Sequence[Source], suite: str) -> str:
    """Return the sources.list of *suite*: this machine's own *sources*, their suite's name exchanged."""
    own = min((source.suite for source in sources if source.label == "Debian"), key=len)
    return "".join(f"deb {s.site} {s.suite.replace(own, suite, 1)} {s.component}\n" for s in sources)


def debootstrap() -> tuple[list[str | Path], dict[str, str]]:
    """Return how to call debootstrap, and its environment: the machine's, or one unpacked in build/apt."""
    found = shutil.which("debootstrap")
    if found:
        return [found], {}
    root = HOME / "debootstrap"
    programs.unpack(programs.Apt(REPOSITORY / "build").fetch(["debootstrap"], HOME / "archives"), root)
    return [root / "usr/sbin/debootstrap"], {"DEBOOTSTRAP_DIR": str(root / "usr/share/debootstrap")}


def base_tarball(suite: str, mirror: str) -> Path:
    """Return the tarball of a minimal Debian *suite*, made once."""
    tarball = HOME / f"base-{suite}-{platform.machine()}.tar"
    if tarball.exists():
        return tarball
    HOME.mkdir(parents=True, exist_ok=True)
    scratch = HOME / "base"
    shutil.rmtree(scratch, ignore_errors=True)
    command, environ = debootstrap()
    print(f"clean-root: debootstrap of {suite} (once; some minutes)", flush=True)
    words = [*command, "--variant=minbase", f"--include={','.join(BASE)}", suite, scratch, mirror]
    with (HOME / "debootstrap.log").open("w") as log:
        made = subprocess.run(words, env={**os.environ, **environ}, stdout=log, stderr=log, check=False)
    if made.returncode:
        raise CleanRootError(f"debootstrap failed: see {log.name}")
    partial = tarball.with_suffix(".partial")
    run("tar", "--numeric-owner", "-C", scratch, "-cf", partial, ".")
    partial.rename(tarball)
    shutil.rmtree(scratch)
    return tarball


def copy_settings(root: Path) -> None:
    """Copy the machine's certificates and its pip and apt settings into *root*, as far as there are any."""
    for name in COPIED:
        source, target = Path(name), root / name.lstrip("/")
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        elif source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            shutil.copy(source, target)
    own = Path.home() / ".config/pip/pip.conf"
    for user, folder in FOLDERS.items() if own.exists() else ():
        home = root / folder.lstrip("/").removesuffix("/pantau")
        (home / ".config/pip").mkdir(parents=True, exist_ok=True)
        shutil.copy(own, home / ".config/pip/pip.conf")
        run("chroot", root, "chown", "-R", f"{user}:{user}", f"{Path(folder).parent}/.config")


def named_folders(pip_settings: str) -> list[Path]:
    """Return the existing folders that `pip config list` names; with an index `simple`, what is beside it."""
    words = pip_settings.replace("'", " ").replace("=", " ").split()
    paths = [Path(word.removeprefix("file://")) for word in words if word.startswith(("/", "file:///"))]
    return sorted({path.parent if path.name == "simple" else path for path in paths if path.is_dir()})


def pip_folders() -> list[Path]:
    """Return the folders of this machine from which its pip may install: local indexes and wheels."""
    return named_folders(run(sys.executable, "-m", "pip", "config", "list"))


def environment(user: str, environ: Mapping[str, str]) -> list[str]:
    """Return the NAME=value words a fresh login of *user* has, and the network settings of *environ*."""
    home = "/root" if user == "root" else f"/home/{user}"
    path = "/usr/local/bin:/usr/bin:/bin" + (":/usr/local/sbin:/usr/sbin:/sbin" if user == "root" else "")
    passed = [f"{name}={value}" for name, value in environ.items() if name.upper().startswith(PASSED)]
    return [f"HOME={home}", f"USER={user}", f"PATH={path}", "LANG=C.UTF-8", "CI=true", *sorted(passed)]


def prepare(suite: str) -> Path:
    """Return a fresh root of Debian *suite* with a clone of HEAD for each user."""
    sources = debian_sources()
    mirror = next(source.site for source in sources if source.label == "Debian")
    root = HOME / "root"
    tarball = base_tarball(suite, mirror)
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    run("tar", "--numeric-owner", "-C", root, "-xf", tarball)
    run("chroot", root, "useradd", "--create-home", "--shell", "/bin/bash", USER)
    copy_settings(root)
    (root / "etc/apt/sources.list").write_text(sources_list(sources, suite))
    for user, folder in FOLDERS.items():
        clone = root / folder.lstrip("/")
        run("git", "clone", "--quiet", "--no-local", REPOSITORY, clone)
        run("chroot", root, "chown", "-R", f"{user}:{user}", folder)
    return root


def run_inside(root: Path, user: str, command: str, binds: Sequence[Path], log: TextIO) -> Outcome:
    """Run *command* in the clone of *user* inside *root*; what it prints goes to *log* too."""
    words = [
        *(
            "unshare",
            "--mount",
            "--pid",
            "--fork",
            "--kill-child",
            "sh",
            str(Path(__file__).with_suffix(".sh")),
        ),
        *(str(root), user, FOLDERS[user], " ".join(map(str, binds))),
        *("env", "-i", *environment(user, os.environ), *shlex.split(command)),
    ]
    started_s = time.monotonic()
    child = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True
    )
    assert child.stdout is not None
    for line in child.stdout:
        print(line, end="", file=log, flush=True)
        print(f"[{user}] {line}", end="", flush=True)
    return Outcome(user, command, child.wait(), time.monotonic() - started_s)


def summary(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield a line for each outcome: who, what, exit code, seconds."""
    for row in outcomes:
        yield f"{row.user:<5} {row.command:<24} exit {row.status:<4} {row.seconds:7.1f} s"


def prove(users: Sequence[str], commands: Sequence[str], suite: str) -> list[Outcome]:
    """Run every command as every user in a fresh root; write the log; return what each came to."""
    root = prepare(suite)
    binds = pip_folders()
    with LOG.open("w") as log:
        commit = run("git", "rev-parse", "HEAD", cwd=REPOSITORY).strip()
        print(f"commit {commit}\nsuite {suite} {platform.machine()}", file=log, flush=True)
        outcomes = []
        for user in users:
            for command in commands:
                print(f"\n===== {user}: {command}", file=log, flush=True)
                outcomes.append(run_inside(root, user, command, binds, log))
        print("\n===== exit codes", *summary(outcomes), sep="\n", file=log)
    return outcomes


def main(arguments: Sequence[str] | None = None) -> int:
    """Prove the commands in a clean root; return 1 if one fails."""
    parser = argparse.ArgumentParser(prog="clean-root", description=__doc__)
    parser.add_argument("--suite", default="bookworm", help="Debian 12 (bookworm) or 13 (trixie)")
    parser.add_argument(
        "--user", action="append", choices=list(FOLDERS), help="default: both, one after the other"
    )
    parser.add_argument("--command", action="append", help=f"default: {' and '.join(COMMANDS)}")
    given = parser.parse_args(arguments)
    if os.geteuid():
        print("clean-root: debootstrap and pivot_root need root: run `sudo make clean-root`", file=sys.stderr)
        return 1
    try:
        outcomes = prove(given.user or list(FOLDERS), given.command or COMMANDS, given.suite)
    except (CleanRootError, programs.ProgramsError) as error:
        print(f"clean-root: {error}", file=sys.stderr)
        return 1
    print("\n".join(summary(outcomes)))
    print(f"clean-root: log in {LOG.relative_to(REPOSITORY)}")
    return 1 if any(row.status for row in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
