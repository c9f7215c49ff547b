"""Copies of a cluster and its log since then: from these its state at any moment can be made.

    backups/<time>/   a copy of the primary, taken while it sold
    backups/log/      everything it wrote since, received as it is written

The log is received through a replication slot, so the primary keeps what was not received yet.
"""

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cinema.embedded import provision
from cinema.embedded.cluster import Cluster
from cinema.embedded.errors import EmbeddedPostgresError

SLOT = "backups"
KEPT = 2
STAMP = "%Y-%m-%dT%H-%M-%S.%fZ"


@dataclass(frozen=True)
class Backup:
    directory: Path

    @property
    def taken_at(self) -> datetime:
        """When it was complete, in UTC: no moment before can be made from it."""
        return datetime.strptime(self.directory.name, STAMP).replace(tzinfo=UTC)

    @property
    def first_segment(self) -> str:
        """The file of the log that its recovery begins with."""
        label = (self.directory / "backup_label").read_text()
        found = re.search(r"^START WAL LOCATION: .* \(file (\w+)\)", label, re.MULTILINE)
        if found is None:
            raise EmbeddedPostgresError(f"{self.directory} is no backup: its label is damaged.")
        return found[1]


class Backups:
    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.directory = cluster.directory / "backups"
        self.log = self.directory / "log"

    def all(self) -> Sequence[Backup]:
        """The oldest first."""
        return [Backup(path) for path in sorted(self.directory.glob("*Z"))]

    def take(self) -> Backup:
        """Copy the primary, which sells meanwhile; keep the newest KEPT copies and the log that
        they need. Raises EmbeddedPostgresError."""
        if not self.cluster.primary.running:
            raise EmbeddedPostgresError(
                f"Nothing runs in {self.cluster.directory}: start it to take a backup."
            )
        self._let_log_be_received()
        programs, source = self.cluster.programs, self.cluster.source()
        with provision.appearing_whole(self.directory / "copy", programs) as unfinished:
            provision.base_backup(unfinished, source, programs)
        backup = Backup(self.directory / datetime.now(UTC).strftime(STAMP))
        (self.directory / "copy").rename(backup.directory)
        self._forget_old()
        return backup

    def _let_log_be_received(self) -> None:
        """From before the copy, without a gap. Where the primary doesn't know us, it is another
        one than that of the former backups, whose log ends: they are put aside."""
        primary, programs = self.cluster.primary, self.cluster.programs
        if not provision.has_slot(primary, SLOT):
            self._put_aside()
            provision.renew_slot(primary, SLOT)
        self.log.mkdir(mode=0o700, parents=True, exist_ok=True)
        if programs.account:
            programs.account.give(self.log)

    def _put_aside(self) -> None:
        """But not the log's directory itself: what receives the log works in it, and goes on."""
        aside = self.directory.with_name(datetime.now(UTC).strftime(f"backups-until-{STAMP}"))
        for path in [*self.directory.glob("*Z"), *self.log.glob("*")]:
            target = aside / path.relative_to(self.directory)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.rename(target)

    def _forget_old(self) -> None:
        for old in self.all()[:-KEPT]:
            shutil.rmtree(old.directory)
        oldest = self.all()[0].first_segment
        for segment in self.log.iterdir():
            if segment.name < oldest:
                segment.unlink()

    def newest_before(self, moment: datetime | None) -> Backup:
        """Raises EmbeddedPostgresError with what there is."""
        fitting = [one for one in self.all() if moment is None or one.taken_at <= moment]
        if not fitting:
            there = ", ".join(one.taken_at.isoformat() for one in self.all()) or "none"
            raise EmbeddedPostgresError(
                f"There is no backup in {self.directory} from before {moment or 'now'}"
                f" (there are: {there})."
            )
        return fitting[-1]
