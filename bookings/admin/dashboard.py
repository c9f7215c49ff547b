"""How today goes: its showings, how full they are, what was taken; and the days before it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings import reports
from bookings.admin.periods import Period
from bookings.admin.reports import FIGURES, figures
from bookings.admin.tables import Table, download, format_of
from bookings.reports import Turnover
from cinema.site import answer, page
from movies import business_day
from movies.admin.occupancy import with_occupancy
from movies.models import Seance, SeanceStatus

DAYS = 14
BEST = 10


@dataclass(frozen=True)
class Occupancy:
    """How full all showings of today are together."""

    showings: int
    seats: int
    sold: int
    held: int

    @property
    def percent(self) -> int:
        return round(100 * self.sold / self.seats) if self.seats else 0


@page(
    "today/",
    name="today",
    title=gettext_lazy("Today"),
    permission="movies.view_seance",
    menu=10,
)
def today(request: HttpRequest) -> HttpResponseBase:
    """Money is shown to those only who may see reports."""
    day = business_day.day_of(timezone.now())
    showings = _showings(day)
    tables = [_showings_table(showings)]
    context: dict[str, Any] = {"title": _("Today"), "day": day, "showings": showings}
    if request.user.has_perm("bookings.view_report"):
        weeks = Period(day - timedelta(days=DAYS - 1), day)
        turnovers = reports.by_day(weeks.since, weeks.until)
        tables += [_days_table(weeks, turnovers), _films_table(weeks, turnovers)]
        context |= _money(weeks, turnovers) | {"days": tables[1], "films": tables[2]}
    for table in tables:
        if table.name == request.GET.get("download"):
            return download(
                f"{table.name}-{day:%Y-%m-%d}", table.head, table.rows, format_of(request)
            )
    context |= {"occupancy": _occupancy(showings), "next": _next(showings)}
    return answer(request, "bookings/admin/today.html", context)


def _showings(day: date) -> "list[Any]":
    since, until = business_day.bounds(day)
    found: QuerySet[Any] = Seance.objects.filter(starts_at__gte=since, starts_at__lt=until)
    ordered = with_occupancy(found).select_related("movie", "hall").order_by("starts_at", "hall")
    return list(ordered)


def _occupancy(showings: list[Any]) -> Occupancy:
    taking_place = [one for one in showings if one.status == SeanceStatus.SCHEDULED]
    return Occupancy(
        len(taking_place),
        sum(one.seats_total - one.seats_blocked for one in taking_place),
        sum(one.seats_sold for one in taking_place),
        sum(one.seats_held for one in taking_place),
    )


def _next(showings: list[Any]) -> Any:
    """The showing that begins next: what the foyer waits for."""
    now = timezone.now()
    return next(
        (one for one in showings if one.status == SeanceStatus.SCHEDULED and one.starts_at > now),
        None,
    )


def _money(weeks: Period, turnovers: dict[tuple[date, str], Turnover]) -> dict[str, Any]:
    days = reports.summed((day, one) for (day, _film), one in turnovers.items())
    return {
        "sold_today": days.get(weeks.last, Turnover()),
        "sold_a_week_ago": days.get(weeks.last - timedelta(days=7), Turnover()),
    }


def _showings_table(showings: list[Any]) -> Table:
    head = [_("Starts"), _("Film"), _("Hall"), _("Seats"), _("Sold"), _("Held"), _("Not for sale")]
    rows = [
        [
            f"{localtime(one.starts_at):%Y-%m-%d %H:%M}",
            one.movie.name,
            one.hall.name,
            one.seats_total,
            one.seats_sold,
            one.seats_held,
            one.seats_blocked,
            one.get_status_display(),
        ]
        for one in showings
    ]
    return Table("showings", _("Showings of today"), [*head, _("Status")], rows)


def _days_table(weeks: Period, turnovers: dict[tuple[date, str], Turnover]) -> Table:
    sums = reports.summed((day, one) for (day, _film), one in turnovers.items())
    rows = [[day, *figures(sums.get(day, Turnover()))] for day in weeks.days]
    return Table("days", _("Money by day"), [_("Day"), *map(str, FIGURES)], rows)


def _films_table(weeks: Period, turnovers: dict[tuple[date, str], Turnover]) -> Table:
    """Of the last seven days, today included."""
    week = set(weeks.days[-7:])
    sums = reports.summed(
        ((film, one) for (day, film), one in turnovers.items() if day in week),
        order=lambda one: (one.tickets, one.money),
    )
    best = list(sums.items())[:BEST]
    total = sum((one for _film, one in best), Turnover())
    return Table(
        "films",
        _("Best films of seven days"),
        [_("Film"), _("Tickets"), _("Money")],
        [[film, one.tickets, one.money] for film, one in best],
        [_("Total"), total.tickets, total.money],
    )
