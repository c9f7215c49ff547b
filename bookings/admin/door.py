"""What one door admits: every showing whose doors are open, or those of some halls, or single
ones. It stands in the page's address, so that a phone keeps it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import OuterRef, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format

from bookings.checkin import open_doors
from bookings.models import Ticket
from cinema.admin import moment
from movies.admin.occupancy import count_of, with_occupancy
from movies.models import Hall, Seance

if TYPE_CHECKING:
    from movies.admin.occupancy import OccupiedSeance

    class OpenSeance(OccupiedSeance):
        """A showing with how many of its tickets were checked in."""

        seats_entered: int

        class Meta:
            abstract = True


@dataclass(frozen=True)
class HallChoice:
    """A hall to choose from, with its showings whose doors are open."""

    hall: Hall
    is_chosen: bool
    seances: "list[tuple[OpenSeance, bool]]"


@dataclass(frozen=True)
class Door:
    """`halls`, `seances`: ids that were chosen; nothing chosen is everything."""

    halls: frozenset[int]
    seances: frozenset[int]

    @classmethod
    def asked(cls, query: QueryDict) -> "Door":
        return cls(_ids(query, "hall"), _ids(query, "seance"))

    @property
    def serves_all(self) -> bool:
        return not (self.halls or self.seances)

    @cached_property
    def open(self) -> "list[OpenSeance]":
        """Every showing whose doors are open now, here or elsewhere in the cinema."""
        return list(
            _with_entered(open_doors()).select_related("movie", "hall").order_by("starts_at", "id")
        )

    @cached_property
    def served(self) -> "list[OpenSeance]":
        return [seance for seance in self.open if self._serves(seance.pk, seance.hall_id)]

    def served_ids(self) -> list[int]:
        """Without counting anything: a scan shouldn't wait for that."""
        found = open_doors().values_list("pk", "hall_id")
        return [key for key, hall in found if self._serves(key, hall)]

    @cached_property
    def choices(self) -> list[HallChoice]:
        in_hall = defaultdict(list)
        for seance in self.open:
            in_hall[seance.hall_id].append((seance, seance.pk in self.seances))
        return [
            HallChoice(hall, hall.pk in self.halls, in_hall[hall.pk]) for hall in Hall.objects.all()
        ]

    @property
    def query(self) -> str:
        """As it stands in an address."""
        chosen = [("hall", key) for key in sorted(self.halls)]
        chosen += [("seance", key) for key in sorted(self.seances)]
        return urlencode(chosen or [("all", 1)])

    def _serves(self, seance: int, hall: int) -> bool:
        return self.serves_all or hall in self.halls or seance in self.seances


def clock(when: datetime) -> str:
    """`19:30`; with the day when that isn't today."""
    local = timezone.localtime(when)
    return date_format(local, "H:i") if local.date() == timezone.localdate() else moment(when)


def _with_entered(seances: QuerySet[Seance]) -> "QuerySet[OpenSeance]":
    entered = Ticket.objects.filter(
        seance=OuterRef("pk"), released_at__isnull=True, checked_in_at__isnull=False
    )
    return with_occupancy(seances).annotate(seats_entered=count_of(entered, "seance"))


def _ids(query: QueryDict, name: str) -> frozenset[int]:
    return frozenset(
        int(text) for text in query.getlist(name)[:100] if text.isdecimal() and len(text) <= 18
    )
