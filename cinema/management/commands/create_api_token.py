"""Makes a credential for the API: the token is printed once and kept only as a digest."""

from argparse import ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Permission, User
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from knox.models import AuthToken

from cinema.management.plain import PlainCommand

LONGEST = 3650
MANAGED = ("movie", "seance")
"""What the API lets staff change, see `cinema.api.permissions`."""


class Command(PlainCommand):
    help = (
        "Prints a new API token of a member of staff, and nothing else. It can't be shown again: "
        "only a digest is stored."
    )
    example = "manage.py create_api_token importer --create --days 90"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--create",
            action="store_true",
            help="make the user if there is none: staff, without a password, allowed to manage "
            "films and showings",
        )
        parser.add_argument(
            "--days", type=_days, help="how long the token is valid; without it, until deleted"
        )

    @transaction.atomic
    def handle(self, *, username: str, create: bool, days: int | None, **options: Any) -> str:
        username = User.normalize_username(username)
        user = User.objects.filter(username=username).first()
        if user is None and not create:
            raise CommandError(
                f"There is no user {username!r}: add --create to make one that may manage films "
                "and showings."
            )
        user = user or _programme_manager(username)
        if not (user.is_staff and user.is_active):
            raise CommandError(
                f"{username!r} is not active staff, so the API would refuse its token: tick both "
                "in the admin first."
            )
        expiry = timedelta(days=days) if days else None
        return str(AuthToken.objects.create(user, expiry=expiry)[1])


def _programme_manager(username: str) -> User:
    user = User(username=username, is_staff=True)
    user.set_unusable_password()
    try:
        user.clean_fields()
    except ValidationError as error:
        raise CommandError(f"{username!r} can't be a username: {error.messages[0]}") from error
    user.save()
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="movies", content_type__model__in=MANAGED)
    )
    return user


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= LONGEST:
        raise ArgumentTypeError(f"{text!r} is not a number of days from 1 to {LONGEST}")
    return int(text)
