"""The schedule: a day or a week by hall, where showings are planned, dragged and opened.

The page refuses no overlap by itself. While something is dragged the browser warns; what counts is
the service's answer, and it is shown.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cinema.admin import moment
from cinema.api.failures import REFUSALS
from cinema.refusals import NotFound, Refused
from cinema.site import answer, page
from movies import schedule
from movies.admin.board import board_of
from movies.admin.film_choice import films_by_part
from movies.admin.schedule_forms import MoveForm, ShowingForm, told
from movies.admin.schedule_words import words
from movies.business_day import DAY_BEGINS, FIRST_DAY, LAST_DAY, day_of
from movies.models import Seance

VIEWS = {"day": 1, "week": 7}


@dataclass(frozen=True)
class Span:
    """What the page shows: the day, or the week that it is in."""

    day: date
    view: str

    @classmethod
    def asked(cls, query: QueryDict) -> "Span":
        view = query.get("view", "day")
        return cls(
            _date(query.get("day", "")) or day_of(timezone.now()), view if view in VIEWS else "day"
        )

    @property
    def days(self) -> list[date]:
        first = self.day if self.view == "day" else self.day - timedelta(days=self.day.weekday())
        return [first + timedelta(days=number) for number in range(VIEWS[self.view])]

    def shifted(self, spans: int) -> "Span":
        return Span(self.day + timedelta(days=spans * VIEWS[self.view]), self.view)

    def of(self, day: date) -> "Span":
        return Span(day, self.view)

    @property
    def url(self) -> str:
        query = urlencode({"view": self.view, "day": self.day.isoformat()})
        return f"{reverse('admin:schedule')}?{query}"


@page(
    "schedule/",
    name="schedule",
    title=gettext_lazy("Schedule"),
    permission="movies.view_seance",
    menu=40,
)
def schedule_page(request: HttpRequest) -> HttpResponse:
    span = Span.asked(request.GET)
    if request.method == "POST":
        return _plan(request, span)
    initial = {"day": span.day, "movie": _movie(request), "price": _usual_price()}
    return _show(request, span, ShowingForm(initial=initial))


@page(
    "schedule/move/",
    name="schedule_move",
    title=gettext_lazy("Move a showing"),
    permission="movies.change_seance",
)
@require_POST
def move_page(request: HttpRequest) -> HttpResponse:
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _refused(told(form), 422)
    wanted = form.cleaned_data
    try:
        seance = schedule.seance_change(
            wanted["seance"],
            expected=(wanted["from_hall"], wanted["from_starts_at"]),
            for_sale=True,
            hall_id=wanted["hall"],
            starts_at=wanted["starts_at"],
        )
    except NotFound:
        return _refused(_("There is no such showing."), 404)
    except Refused as refused:
        return _refused(str(refused), _status(refused))
    return _done(_("Moved: %(showing)s"), seance)


def _plan(request: HttpRequest, span: Span) -> HttpResponse:
    if not request.user.has_perm("movies.add_seance"):
        raise PermissionDenied
    by_script = request.headers.get("accept") == "application/json"
    form = ShowingForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            seance = schedule.seance_schedule(**form.showing)
        except Refused as refused:
            form.add_error(None, str(refused))
            status = _status(refused)
        else:
            if by_script:
                return _done(_("Planned: %(showing)s"), seance)
            messages.success(request, _("Planned: %(showing)s") % {"showing": _named(seance)})
            return redirect(span.of(day_of(seance.starts_at)).url)
    if by_script:
        return _refused(told(form), status)
    return _show(request, span, form, status=status)


def _show(
    request: HttpRequest, span: Span, form: ShowingForm, *, status: int | None = None
) -> HttpResponse:
    may_plan = request.user.has_perm("movies.add_seance")
    today = day_of(timezone.now())
    context = {
        "title": _("Schedule"),
        "span": span,
        "board": board_of(span.days),
        "earlier": span.shifted(-1),
        "later": span.shifted(1),
        "today": span.of(today),
        "is_today": today in span.days,
        "views": [
            {"title": _("Day"), "span": Span(span.day, "day")},
            {"title": _("Week"), "span": Span(span.day, "week")},
        ],
        "may_move": request.user.has_perm("movies.change_seance"),
        "form": form if may_plan else None,
        "films": films_by_part() if may_plan else [],
        "first_day": FIRST_DAY,
        "last_day": LAST_DAY,
        "day_begins": DAY_BEGINS,
        "time_zone": settings.TIME_ZONE,
        "currency": settings.CURRENCY,
        "now": timezone.now(),
        "words": words(),
    }
    return answer(request, "movies/admin/schedule.html", context, status=status)


def _done(sentence: str, seance: Seance) -> JsonResponse:
    said = sentence % {"showing": _named(seance)}
    block = {
        "seance": seance.pk,
        "hall": seance.hall_id,
        "starts_at": seance.starts_at,
        "day": day_of(seance.starts_at),
    }
    return JsonResponse({"ok": True, "said": said, **block})


def _refused(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"refused": sentence}, status=status)


def _status(refused: Refused) -> int:
    return REFUSALS[type(refused)][0]


def _named(seance: Seance) -> str:
    return f"{seance.movie}, {seance.hall}, {moment(seance.starts_at)}"


def _date(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return min(max(day, FIRST_DAY), LAST_DAY)


def _usual_price() -> Decimal | None:
    """Of the showing that was planned last."""
    return Seance.objects.order_by("-id").values_list("price", flat=True).first()


def _movie(request: HttpRequest) -> int | None:
    """The film that another page wants to be planned."""
    text = request.GET.get("movie", "")
    return int(text) if text.isdecimal() and len(text) <= 18 else None
