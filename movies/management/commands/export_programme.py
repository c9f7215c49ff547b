"""Writes films and showings to a file that people can edit."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from cinema.management.plain import PlainCommand
from movies.programme_file.exporting import export_programme
from movies.programme_file.mistakes import FileUnusable


class Command(PlainCommand):
    help = (
        "Writes all films and showings to FILE, one row per showing, in the cinema's local time. "
        "import_programme reads it again. Cancelled showings are left out."
    )
    example = "manage.py export_programme programme.xlsx"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv|xlsx")

    def handle(self, *, file: Path, **options: Any) -> str:
        try:
            content, rows = export_programme(file.name)
            file.write_bytes(content)
        except FileUnusable as error:
            raise CommandError(f"{file}: {error}") from error
        except OSError as error:
            raise CommandError(
                f"{file} can't be written ({error.strerror}): choose another place."
            ) from error
        return f"Wrote {rows} {'row' if rows == 1 else 'rows'} to {file}."
