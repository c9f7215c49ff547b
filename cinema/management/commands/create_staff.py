"""Makes an account for a member of staff, with a role."""

import os
import secrets
from typing import Any

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from cinema.management.plain import PlainCommand
from cinema.roles import ROLES

PASSWORD = "STAFF_PASSWORD"  # noqa: S105 the name of a variable


class Command(PlainCommand):
    help = (
        "Makes accounts of staff, each with its role, and prints a made-up password for each, "
        f"unless {PASSWORD} sets one. Accounts that exist are left alone."
    )
    example = 'manage.py create_staff anna "box office"'

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("role", help=f"one of: {', '.join(ROLES)}; or a group of your own")
        parser.add_argument(
            "more", nargs="*", metavar="username role", help="further accounts, made with it"
        )

    @transaction.atomic
    def handle(self, *, username: str, role: str, more: list[str], **options: Any) -> str:
        if len(more) % 2:
            raise CommandError(f"{more[-1]!r} has no role: give a username and a role each.")
        wanted = [(username, role), *zip(more[::2], more[1::2], strict=True)]
        return "\n".join(_create(name, _group(role)) for name, role in wanted)


def _group(name: str) -> Group:
    group = Group.objects.filter(name=name).first()
    if group is None:
        known = ", ".join(Group.objects.order_by("name").values_list("name", flat=True))
        raise CommandError(f"There is no role {name!r}: choose one of {known}.")
    return group


def _create(username: str, group: Group) -> str:
    username = User.normalize_username(username)
    if User.objects.filter(username=username).exists():
        return f"{username} exists already and stays as it is."
    given = os.environ.get(PASSWORD, "")
    password = given or secrets.token_urlsafe(9)
    user = User(username=username, is_staff=True)
    user.set_password(password)
    try:
        user.clean_fields()
        validate_password(password, user)
    except ValidationError as error:
        raise CommandError(f"{username!r} can't be made: {error.messages[0]}") from error
    user.save()
    user.groups.add(group)
    return f"{username} ({group.name})" + ("" if given else f": {password}")
