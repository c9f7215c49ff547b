"""Planning many showings in one form, and copying a day or a week to another.

Both pages are read by address, so what they preview can be gone back to; only saving is sent.
"""

from datetime import date, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cinema.refusals import Refused
from cinema.site import answer, page
from movies.admin.planning_forms import CopyForm, PlanningForm, next_monday
from movies.admin.planning_table import Offer, planner_of, save
from movies.business_day import day_of
from movies.planning import copied

# What stays filled in for the next film.
_KEPT = ("halls", "since", "until", "weekdays", "first", "last_end", "format", "language")
_LISTS = ("halls", "weekdays")


@page(
    "planning/",
    name="planning",
    title=gettext_lazy("Planning"),
    permission="movies.add_seance",
    menu=50,
)
def planning_page(request: HttpRequest) -> HttpResponse:
    form = _planning_form(request)

    def show(
        offer: Offer | None, *, refusal: str | None = None, status: int | None = None
    ) -> HttpResponse:
        context = {"title": _("Planning"), "form": form, "offer": offer, "refusal": refusal}
        return answer(request, "movies/admin/planning.html", context, status=status)

    if request.method == "POST":
        return save(request, show=show, then=_for_the_next_film(request))
    return show(Offer(planner_of(request), form.wanted) if form.is_valid() else None)


@page(
    "planning/copy/",
    name="planning_copy",
    title=gettext_lazy("Copy a day or a week"),
    permission="movies.add_seance",
)
def copy_page(request: HttpRequest) -> HttpResponse:
    form = _copy_form(request)

    def show(
        offer: Offer | None, *, refusal: str | None = None, status: int | None = None
    ) -> HttpResponse:
        context = {
            "title": _("Copy a day or a week"),
            "form": form,
            "offer": offer,
            "refusal": refusal,
        }
        return answer(request, "movies/admin/planning_copy.html", context, status=status)

    if request.method == "POST":
        return save(request, show=show, then=request.path)
    if not form.is_valid():
        return show(None)
    wanted = form.cleaned_data
    try:
        copies = copied(source=wanted["source"], days=wanted["days"], target=wanted["to"])
    except Refused as refused:
        form.add_error(None, str(refused))
        return show(None)
    return show(Offer(planner_of(request), copies))


def _planning_form(request: HttpRequest) -> PlanningForm:
    asked = request.GET
    if "suggest" in asked:
        return _with_suggested_times(asked)
    if "preview" in asked:
        return PlanningForm(asked)
    given = {
        name: asked.getlist(name) if name in _LISTS else asked[name]
        for name in PlanningForm.base_fields
        if name in asked
    }
    monday = next_monday(day_of(timezone.now()))
    usual = {
        "since": monday,
        "until": monday + timedelta(days=6),
        "weekdays": list(range(7)),
        "first": time(10),
        "last_end": time(23, 30),
    }
    return PlanningForm(initial=usual | given)


def _with_suggested_times(asked: QueryDict) -> PlanningForm:
    form = PlanningForm(asked)
    times = form.suggested_times()
    if times is None:
        return form
    if not times:
        form.errors.pop("times", None)  # they were asked for
        form.add_error("last_end", _("The film is longer than the time between these two."))
        return form
    filled = asked.copy()
    filled["times"] = times
    return PlanningForm(filled)


def _copy_form(request: HttpRequest) -> CopyForm:
    asked = request.GET.copy()
    if "from" not in asked:
        this_monday = next_monday(day_of(timezone.now())) - timedelta(days=7)
        next_week = this_monday + timedelta(days=7)
        return CopyForm(initial={"source": this_monday, "days": 7, "to": next_week})
    asked.setdefault("days", "7")
    if not asked.get("to"):
        asked["to"] = _a_week_later(str(asked["from"]))
    return CopyForm(asked)


def _a_week_later(text: str) -> str:
    try:
        return (date.fromisoformat(text) + timedelta(days=7)).isoformat()
    except (ValueError, OverflowError):
        return ""


def _for_the_next_film(request: HttpRequest) -> str:
    kept: Any = request.GET.copy()
    for name in list(kept):
        if name not in _KEPT:
            del kept[name]
    return f"{request.path}?{kept.urlencode()}" if kept else request.path
