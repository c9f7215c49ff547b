"""Enters films and showings from a file, all of them or none."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from cinema.management.plain import PlainCommand
from cinema.refusals import Refused
from movies.programme_file.importing import Imported, import_programme
from movies.programme_file.mistakes import FileUnusable, Mistaken


class Command(PlainCommand):
    help = (
        "Enters the films and showings of FILE: creates what is new, changes what differs, deletes "
        "nothing. Times are the cinema's local time. When any row is wrong, all wrong rows are "
        "named and nothing is changed. CSV is UTF-8, separated by commas, semicolons or tabs; "
        "export_programme writes a file to start from."
    )
    example = "manage.py import_programme programme.xlsx --dry-run"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv|xlsx")
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would happen or is wrong"
        )

    def handle(self, *, file: Path, dry_run: bool, **options: Any) -> str:
        try:
            imported = import_programme(file.read_bytes(), file.name, dry_run=dry_run)
        except OSError as error:
            raise CommandError(
                f"{file} can't be read ({error.strerror}): check the name and its permissions."
            ) from error
        except (FileUnusable, Refused) as error:
            raise CommandError(f"{file}: {error}") from error
        except Mistaken as error:
            for mistake in error.mistakes:
                self.stderr.write(str(mistake))
            raise CommandError(f"{file}: {error}") from error
        return ("Would be: " if dry_run else "") + _summary(imported)


def _summary(imported: Imported) -> str:
    return (
        f"films: {imported.films_created} created, {imported.films_changed} changed; "
        f"showings: {imported.showings_created} created, {imported.showings_changed} changed."
    )
