"""The report of a day, or of some: tickets, refunds and totals, as accounts need them."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings import reports
from bookings.admin.periods import Period, asked
from bookings.admin.tables import Table, download, format_of
from bookings.models import Payment
from bookings.reports import Line, Turnover
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
    gettext_lazy("Sold by"),
    gettext_lazy("Amount"),
]


@page(
    "reports/",
    name="reports",
    title=gettext_lazy("Reports"),
    permission="bookings.view_report",
    menu=60,
)
def report(request: HttpRequest) -> HttpResponse:
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
    """By film and category, by category, by way of paying, by seller."""
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
            lambda one: (paid_by(one.paid_by, one.seller),),
            total,
        ),
        _table(
            "sellers",
            _("By seller"),
            [_("Sold by")],
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


def paid_by(way: str, seller: str) -> str:
    """The way of paying in words; the box office may not have said it."""
    if way in Payment.values:
        return str(Payment(way).label)
    return _("box office, not said") if seller else _("online")


def _journal(request: HttpRequest, period: Period) -> HttpResponse:
    """Every ticket that was sold or paid back, for who checks the sums."""
    rows = list(_journal_rows(period))
    if len(rows) > JOURNAL_LIMIT:
        messages.error(request, _("That is too much for one file: ask for fewer days."))
        return answer(
            request,
            "bookings/admin/report.html",
            {"title": _("Reports"), "form": asked(request)[0], "period": period, "tables": []},
            status=422,
        )
    return download(_file("journal", period), JOURNAL, rows, format_of(request))


def _journal_rows(period: Period) -> Iterable[list[Any]]:
    for one in reports.journal(period.since, period.until, limit=JOURNAL_LIMIT + 1):
        yield [
            f"{localtime(one.at):%Y-%m-%d %H:%M:%S}",
            str(one.booking_id)[:8],  # the whole id is the buyer's secret
            one.ticket_id,
            one.film,
            f"{localtime(one.starts_at):%Y-%m-%d %H:%M}",
            one.row,
            one.number,
            one.category,
            paid_by(one.paid_by, one.seller),
            one.seller,
            one.amount,
        ]


def _file(name: str, period: Period) -> str:
    return f"{name}-{period.first:%Y-%m-%d}-{period.last:%Y-%m-%d}"
