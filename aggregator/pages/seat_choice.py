"""What the form of the hall sends."""

import hashlib
from dataclasses import dataclass
from uuid import uuid4

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MOST_SEATS = 10
"""Of one booking. A provider may be set to fewer and then refuses by itself."""

_LARGEST_ID = 2**63 - 1


class NoChoice(Exception):
    """A sentence for the visitor; `seats`: what could be understood."""

    def __init__(self, sentence: str, seats: tuple[int, ...] = ()) -> None:
        super().__init__(sentence)
        self.seats = seats


@dataclass(frozen=True)
class Choice:
    """`form_key` was made when the form was shown: the same form sent again is the same wish."""

    seats: tuple[int, ...]
    form_key: str

    @classmethod
    def parsed(cls, form: QueryDict) -> "Choice":
        """Raises NoChoice for no seats, too many, or what can't be seats."""
        texts = form.getlist("seat")
        if not texts:
            raise NoChoice(_("Choose at least one seat."))
        seats = tuple(sorted({int(text) for text in texts if _is_id(text)}))
        if len(seats) > MOST_SEATS:
            raise NoChoice(
                ngettext(
                    "At most %(count)d seat can be bought at once.",
                    "At most %(count)d seats can be bought at once.",
                    MOST_SEATS,
                )
                % {"count": MOST_SEATS},
                seats[:MOST_SEATS],
            )
        if not all(map(_is_id, texts)):
            raise NoChoice(_("The choice of seats can't be understood. Please choose again."))
        return cls(seats, form.get("key", "")[:100] or str(uuid4()))

    def key_for(self, seance_id: int) -> str:
        """The idempotency key: other seats from the same form are another wish."""
        wish = f"{self.form_key}:{seance_id}:{','.join(map(str, self.seats))}"
        return hashlib.sha256(wish.encode()).hexdigest()


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= _LARGEST_ID
