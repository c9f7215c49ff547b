"""What every command of the project shares: an example in its help, failures in one sentence."""

from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.management.base import DjangoHelpFormatter as DjangoHelp
from django.db import ProgrammingError
from django.utils import translation
from psycopg.errors import UndefinedColumn, UndefinedTable

from cinema.failing import UNREACHABLE


class _Help(DjangoHelp, RawDescriptionHelpFormatter):
    """Leaves the lines of an example where they are."""


class PlainCommand(BaseCommand):
    """`example` is a command line, shown below the options."""

    example = ""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs |= {"formatter_class": _Help, "epilog": f"example:\n  {self.example}"}
        return super().create_parser(prog_name, subcommand, **kwargs)

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            # In English like the help; a terminal is no staff page.
            with translation.override("en"):
                return super().execute(*args, **options)
        except KeyboardInterrupt as interrupt:
            raise CommandError("Interrupted.", returncode=130) from interrupt
        except UNREACHABLE as error:
            raise CommandError(
                f"The database could not do this ({first_line(error)}): check that it runs and "
                "that DATABASE_URL leads to it, then try again."
            ) from error
        except ProgrammingError as error:
            if not isinstance(error.__cause__, UndefinedTable | UndefinedColumn):
                raise
            raise CommandError(
                "The database is not of this version: run manage.py migrate first."
            ) from error


def first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
