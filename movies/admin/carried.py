"""A file that is looked at first and imported in a second step. It travels in the page itself,
signed: a session or a disk would have to be shared by all pods and tidied."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core import signing
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from movies.programme_file.mistakes import FileUnusable

LONGEST_WAIT = 12 * 3600
"""Seconds between the steps: a shift, like a session."""
ROOM_FOR_OTHERS = 16 * 1024
"""Bytes of the form besides the file."""
ROOM_FOR_NAME = 2 * 1024
"""Bytes that travel with a file: its name, the time and the signature."""


def largest() -> int:
    """Bytes of a file that travels whatever is in it: four characters for three of its bytes."""
    return (settings.REQUEST_MAX_BYTES - ROOM_FOR_OTHERS - ROOM_FOR_NAME) * 3 // 4


def too_large() -> FileUnusable:
    return FileUnusable(
        _(
            "The file is too large for this page, which takes %(size)s: split it, or have it "
            "imported by the command import_programme."
        )
        % {"size": filesizeformat(largest())}
    )


@dataclass(frozen=True, slots=True)
class CarriedFile:
    name: str
    content: bytes

    def packed(self, user: AbstractBaseUser | AnonymousUser) -> str:
        """For a hidden field. Raises FileUnusable when it is too large."""
        packed = signing.dumps(self, salt=_salt(user), serializer=_Bytes, compress=True)
        if len(packed) > settings.REQUEST_MAX_BYTES - ROOM_FOR_OTHERS:
            raise too_large()
        return packed


def unpacked(packed: str, user: AbstractBaseUser | AnonymousUser) -> CarriedFile:
    """What the same user was shown before. Raises FileUnusable when that was long ago."""
    try:
        found: CarriedFile = signing.loads(
            packed, salt=_salt(user), serializer=_Bytes, max_age=LONGEST_WAIT
        )
    except (signing.BadSignature, ValueError) as error:
        raise FileUnusable(
            _("The file that was looked at is not there any more: choose it once more.")
        ) from error
    return found


def _salt(user: AbstractBaseUser | AnonymousUser) -> str:
    return f"movies.admin.carried {user.pk}"


class _Bytes:
    """How `signing` writes a file: JSON has no bytes."""

    def dumps(self, file: CarriedFile) -> bytes:
        return file.name.encode() + b"\0" + file.content

    def loads(self, written: bytes) -> CarriedFile:
        name, _end, content = written.partition(b"\0")
        return CarriedFile(name.decode(), content)
