"""What a management command changes is changed by that command, and be it one of Django's."""

from django.apps import apps
from django.core.management import BaseCommand, ManagementUtility

# The first runs SQL that isn't written for it (see `cinema.audit.acting`); of the second each
# request says who acts.
_NOT_NAMED = {"migrate", "runserver"}


class Commands(ManagementUtility):
    def fetch_command(self, subcommand: str) -> BaseCommand:
        command = super().fetch_command(subcommand)
        if apps.ready and subcommand not in _NOT_NAMED:
            from cinema.audit.acting import commanded  # has models

            command.execute = commanded(subcommand)(command.execute)  # type: ignore[method-assign]
        return command
