"""Lets somebody in who lost the phone with the codes: the password alone is enough again."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser

from cinema.management.plain import PlainCommand
from cinema.security import second_factor


class Command(PlainCommand):
    help = (
        "Takes the second factor and the recovery codes of an account away. Whoever lost the phone "
        "then logs in with the password alone, and should switch it on again."
    )
    example = "manage.py reset_second_factor anna"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *, username: str, **options: Any) -> str:
        username = User.normalize_username(username)
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user {username!r}.")
        if not second_factor.reset(user=user):
            return f"{username!r} had no second factor; nothing was changed."
        return f"{username!r} logs in with the password alone now."
