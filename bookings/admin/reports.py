"""The report of a day, or of some: tickets, refunds and totals, as accounts need them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings import reports
from bookings.admin.periods import Period, asked
from bookings.admin.tables import XLSX_LIMIT, Table, download, format_of
from bookings.models import PaidBy
from bookings.reports import Line, Movement, Turnover
from cinema.site import answer, page

JOURNAL_LIMIT = 200_000
FIGURES = [
    gettext_lazy("Sold"),
    gettext_lazy("Taken"),
    gettext_lazy("Refunded"),
    gettext_lazy("Paid back"),
    gettext_lazy("Tickets"),
    gettext_lazy("Money"),
]
JOURNAL = [
    gettext_lazy("Time"),
    gettext_lazy("Booking"),
    gettext_lazy("Ticket"),
    gettext_lazy("Film"),
    gettext_lazy("Showing"),
    gettext_lazy("Row"),
    gettext_lazy("Seat"),
    gettext_lazy("Category"),
    gettext_lazy("Paid by"),
    gettext_lazy("Sold or paid back by"),
    gettext_lazy("Amount"),
]


@page(
    "reports/",
    name="reports",
    title=gettext_lazy("Reports"),
    permission="bookings.view_report",
    menu=60,
)
def report(request: HttpRequest) -> HttpResponseBase:
    form, period = asked(request)
    wanted = request.GET.get("download")
    if wanted == "journal":
        return _journal(request, period)
    tables = tables_of(reports.turnover(period.since, period.until))
    for table in tables:
        if table.name == wanted:
            rows = [*table.rows, table.total] if table.total else table.rows
            return download(_file(table.name, period), table.head, rows, format_of(request))
    context = {
        "title": _("Reports"),
        "form": form,
        "period": period,
        "tables": tables,
        "figures": len(FIGURES),
    }
    return answer(request, "bookings/admin/report.html", context)


def tables_of(lines: list[Line]) -> list[Table]:
    """By film and category, by category, by way of paying, by member of staff."""
    total = sum((line.turnover for line in lines), Turnover())
    return [
        _table("films", _("By film"), [_("Film")], lines, lambda one: (one.film,), total),
        _table(
            "categories",
            _("By film and category"),
            [_("Film"), _("Category")],
            lines,
            lambda one: (one.film, one.category),
            total,
        ),
        _table(
            "seats", _("By category"), [_("Category")], lines, lambda one: (one.category,), total
        ),
        _table(
            "payments",
            _("By way of paying"),
            [_("Paid by")],
            lines,
            lambda one: (paid_by(one.paid_by),),
            total,
        ),
        _table(
            "sellers",
            _("By member of staff"),
            [_("Sold or paid back by")],
            lines,
            lambda one: (one.seller or _("online"),),
            total,
        ),
    ]


def _table(
    name: str,
    title: str,
    head: list[str],
    lines: list[Line],
    key: Callable[[Line], tuple[str, ...]],
    total: Turnover,
) -> Table:
    sums = reports.summed((key(line), line.turnover) for line in lines)
    rows = [[*names, *figures(turnover)] for names, turnover in sorted(sums.items())]
    blank = [""] * (len(head) - 1)
    return Table(
        name,
        title,
        [*head, *map(str, FIGURES)],
        rows,
        [_("Total"), *blank, *figures(total)],
        words=len(head),
    )


def figures(turnover: Turnover) -> list[Any]:
    return [
        turnover.sold,
        turnover.taken,
        turnover.refunded,
        turnover.paid_back,
        turnover.tickets,
        turnover.money,
    ]


def paid_by(way: str) -> str:
    """In words. Bookings that the API made for the box office may not say it."""
    return str(PaidBy(way).label) if way else _("online, or not noted how")


def _journal(request: HttpRequest, period: Period) -> HttpResponseBase:
    """Every ticket that was sold or paid back, for who checks the sums."""
    format = format_of(request)
    limit = XLSX_LIMIT if format == "xlsx" else JOURNAL_LIMIT
    movements = list(reports.journal(period.since, period.until, limit=limit + 1))
    if len(movements) > limit:
        messages.error(request, _too_much(format))
        return answer(
            request,
            "bookings/admin/report.html",
            {"title": _("Reports"), "form": asked(request)[0], "period": period, "tables": []},
            status=422,
        )
    return download(_file("journal", period), JOURNAL, _journal_rows(movements), format)


def _too_much(format: str) -> str:
    if format == "csv":
        return _("That is too much for one file: ask for fewer days.")
    return _("An XLSX file has at most %(count)d tickets: take CSV, or ask for fewer days.") % {
        "count": XLSX_LIMIT
    }


def _journal_rows(movements: Iterable[Movement]) -> Iterator[list[Any]]:
    for one in movements:
        yield [
            f"{localtime(one.at):%Y-%m-%d %H:%M:%S}",
            str(one.booking_id)[:8],  # the whole id is the buyer's secret
            one.ticket_id,
            one.film,
            f"{localtime(one.starts_at):%Y-%m-%d %H:%M}",
            one.row,
            one.number,
            one.category,
            paid_by(one.paid_by),
            one.seller,
            one.amount,
        ]


def _file(name: str, period: Period) -> str:
    return f"{name}-{period.first:%Y-%m-%d}-{period.last:%Y-%m-%d}"
