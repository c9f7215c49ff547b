"""The preview of a plan as a table, and saving what is ticked in it.

What was previewed travels with the page, sealed, and comes back with it: nothing is kept between
requests, and it is all looked at again before it is saved.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cinema.admin import money
from cinema.refusals import Refused
from movies import planning
from movies.admin.carried import LONGEST_WAIT
from movies.business_day import day_of
from movies.models import Seance
from movies.planning import Preview, Wanted

# The number grows when `_packed` packs something else: what an older release sealed is then refused
# and not misread.
SALT = "movies.planning 2"

Show = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Row:
    number: int
    preview: Preview
    is_kept: bool

    @property
    def day(self) -> date:
        return day_of(self.preview.wanted.starts_at)

    @property
    def is_after_midnight(self) -> bool:
        return self.preview.wanted.starts_at.date() != self.day

    @property
    def price(self) -> str:
        return money(self.preview.wanted.price)


@dataclass(frozen=True)
class InHall:
    name: str
    rows: list[Row]


@dataclass(frozen=True)
class Day:
    date: date
    halls: list[InHall]


@dataclass(frozen=True)
class Offer:
    """Showings that are previewed by one `planner`, a user's id.

    `left_out`: positions of those that are not to be planned.
    """

    planner: int
    showings: list[Wanted]
    left_out: frozenset[int] = frozenset()

    @classmethod
    def posted(cls, planner: int, sent: QueryDict) -> "Offer | None":
        """What the page sent back; None if it wasn't sealed for this planner, or long ago."""
        try:
            listed = signing.loads(
                sent.get("wanted", ""), salt=_salt(planner), max_age=LONGEST_WAIT
            )
        except signing.BadSignature:
            return None
        named = set(sent.get("left_out", "").split(","))
        left_out = frozenset(number for number in range(len(listed)) if str(number) in named)
        return cls(planner, [_unpacked(*packed) for packed in listed], left_out)

    @property
    def sealed(self) -> str:
        packed = [_packed(wanted) for wanted in self.showings]
        return signing.dumps(packed, salt=_salt(self.planner), compress=True)

    @property
    def written_left_out(self) -> str:
        """In one field: ticks of a large plan would be more fields than a request may have."""
        return ",".join(str(number) for number in sorted(self.left_out))

    @property
    def chosen(self) -> list[Wanted]:
        return [
            wanted for number, wanted in enumerate(self.showings) if number not in self.left_out
        ]

    @property
    def without_conflicts(self) -> "Offer":
        conflicts = {row.number for row in self.rows if row.preview.conflict}
        return replace(self, left_out=self.left_out | conflicts)

    @cached_property
    def rows(self) -> list[Row]:
        previews = planning.preview(self.showings, left_out=self.left_out)
        return [
            Row(number, each, number not in self.left_out) for number, each in enumerate(previews)
        ]

    @property
    def conflicts(self) -> int:
        """How many stand in the way of saving."""
        return sum(1 for row in self.rows if row.is_kept and row.preview.conflict)

    @property
    def has_several_films(self) -> bool:
        return len({wanted.movie_id for wanted in self.showings}) > 1

    @cached_property
    def days(self) -> list[Day]:
        def place(row: Row) -> tuple[date, str, int, datetime]:
            hall = row.preview.hall
            name = hall.name if hall else ""
            return row.day, name, row.preview.wanted.hall_id, row.preview.wanted.starts_at

        in_order = sorted(self.rows, key=place)
        return [
            Day(day, [InHall(*hall) for hall in _by_hall(list(rows))])
            for day, rows in groupby(in_order, key=lambda row: row.day)
        ]


def save(request: HttpRequest, *, show: Show, then: str) -> HttpResponse:
    """Plans what is ticked, all or nothing, and goes on to the address `then`.

    `show` shows an offer again, and why nothing was planned.
    """
    offer = Offer.posted(planner_of(request), request.POST)
    if offer is None:
        messages.error(request, _("That preview can't be read any more. Nothing was planned."))
        return redirect(request.get_full_path())
    if "leave_out" in request.POST:
        return show(offer.without_conflicts)
    if not offer.chosen:
        return show(offer, refusal=_("No showing is ticked, so nothing was planned."), status=422)
    try:
        seances = planning.plan(showings=offer.chosen)
    except Refused as refused:
        return show(offer, refusal=str(refused), status=409)
    messages.success(request, _told(seances))
    return redirect(then)


def planner_of(request: HttpRequest) -> int:
    return cast(User, request.user).pk


def _told(seances: list[Seance]) -> str:
    said = ngettext(
        "%(count)d showing is planned.", "%(count)d showings are planned.", len(seances)
    ) % {"count": len(seances)}
    first = min(seance.starts_at for seance in seances)
    week = f"{reverse('admin:schedule')}?day={day_of(first).isoformat()}&view=week"
    return format_html('{} <a href="{}">{}</a>', said, week, _("Show them in the schedule"))


def _by_hall(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    grouped = groupby(rows, key=lambda row: (row.preview.wanted.hall_id, row.preview.hall))
    return [(hall.name if hall else "—", list(of_hall)) for (_key, hall), of_hall in grouped]


def _salt(planner: int) -> str:
    return f"{SALT} {planner}"


def _packed(wanted: Wanted) -> list[object]:
    # By the clock on the wall: so a time that there isn't, or twice, stays one.
    return [
        wanted.movie_id,
        wanted.hall_id,
        wanted.starts_at.replace(tzinfo=None).isoformat(),
        str(wanted.price),
        wanted.format,
        wanted.language,
    ]


def _unpacked(
    movie_id: int, hall_id: int, clock: str, price: str, format: str, language: str
) -> Wanted:
    zone = timezone.get_default_timezone()
    starts_at = datetime.fromisoformat(clock).replace(tzinfo=zone)
    return Wanted(movie_id, hall_id, starts_at, Decimal(price), format, language)
