"""The seat-map editor of a hall: draws its plan, and saves the whole of it at once."""

import json
from http import HTTPStatus
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cinema.refusals import NotFound, Refused
from cinema.site import answer, page
from movies import sold_seats
from movies.admin.hall_editor_words import ROW_LENGTH, words
from movies.models import Hall, Seat, SeatCategory
from movies.models.hall import GRID_SIZE
from movies.refusals import PlanFaulty, PlanOutdated, SeatsSold
from movies.seat_plan import MOST_SEATS, Arranged, PlannedSeat, seats_arrange, version_of

_TYPES: dict[str, tuple[type, ...]] = {
    "id": (int, type(None)),
    "row": (str,),
    "number": (int,),
    "x": (int,),
    "y": (int,),
    "category_id": (int,),
    "wheelchair": (bool,),
}


# A plan adds, changes and removes seats, whatever else is done to the hall.
_RIGHTS = ("change_hall", "add_seat", "change_seat", "delete_seat")


class Unreadable(Refused):
    """What came is not what the editor sends."""

    def sentence(self) -> str:
        return _("The plan could not be read, so nothing was saved. Reload the page.")


def may_draw(user: User | AnonymousUser) -> bool:
    return user.has_perms([f"movies.{right}" for right in _RIGHTS])


@page(
    "halls/<int:hall_id>/seats/",
    name="hall_editor",
    title=gettext_lazy("Seats of the hall"),
    permission="movies.change_hall",
)
@require_http_methods(["GET", "HEAD", "POST"])
def hall_editor(request: HttpRequest, hall_id: int) -> HttpResponseBase:
    if not may_draw(request.user):
        raise PermissionDenied
    hall = Hall.objects.filter(pk=hall_id).first() if hall_id < 2**63 else None
    if hall is None:
        raise Http404(_("There is no such hall."))
    return _save(request, hall) if request.method == "POST" else _show(request, hall)


def _show(request: HttpRequest, hall: Hall) -> HttpResponseBase:
    context = {
        "title": _("Seats of the hall %(hall)s") % {"hall": hall},
        "is_nav_sidebar_enabled": False,  # a hall needs the width
        "hall": hall,
        "plan": _plan(hall),
        "grid": GRID_SIZE,
        "words": words(),
        "has_categories": SeatCategory.objects.exists(),
    }
    return answer(request, "movies/admin/hall_editor.html", context)


def _save(request: HttpRequest, hall: Hall) -> JsonResponse:
    try:
        version, seats = _read(request)
        arranged = seats_arrange(hall_id=hall.pk, seats=seats, version=version)
    except NotFound as refused:
        return _refusal(refused, HTTPStatus.NOT_FOUND)
    except RequestDataTooBig:
        return _refusal(Unreadable(), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except Unreadable as refused:
        return _refusal(refused, HTTPStatus.BAD_REQUEST)
    except PlanFaulty as refused:
        return _refusal(refused, HTTPStatus.UNPROCESSABLE_ENTITY, cells=refused.cells)
    except SeatsSold as refused:
        stays = [seat.pk for seat in (*refused.removed, *refused.renamed)]
        fixed = sorted(sold_seats.awaiting_somebody(stays))
        return _refusal(refused, HTTPStatus.CONFLICT, seats=stays, fixed=fixed)
    except PlanOutdated as refused:
        return _refusal(refused, HTTPStatus.CONFLICT, outdated=True)
    return JsonResponse({"ok": True, "message": _told(arranged), "plan": _plan(hall)})


def _refusal(refused: Refused, status: HTTPStatus, **details: Any) -> JsonResponse:
    return JsonResponse({"ok": False, "refusal": str(refused), **details}, status=status)


def _told(arranged: Arranged) -> str:
    return _("Saved. Seats added: %(added)d, changed: %(changed)d, removed: %(removed)d.") % {
        "added": arranged.added,
        "changed": arranged.changed,
        "removed": arranged.removed,
    }


def _plan(hall: Hall) -> dict[str, Any]:
    """All that the editor draws; `taken` seats stay, `fixed` ones keep their row and number."""
    seats = list(hall.seats.order_by("y", "x"))
    taken = sold_seats.ever_taken(seat.pk for seat in seats)
    fixed = sold_seats.awaiting_somebody(taken)
    return {
        "version": version_of(seats),
        "seats": [_written(seat, taken, fixed) for seat in seats],
        "categories": list(SeatCategory.objects.values("id", "name")),
        "most": MOST_SEATS,
        "rowLength": ROW_LENGTH,
        "hallPage": reverse("admin:movies_hall_change", args=[hall.pk]),
    }


def _written(seat: Seat, taken: set[int], fixed: set[int]) -> dict[str, Any]:
    values = {name: getattr(seat, name) for name in _TYPES}
    return values | {"taken": seat.pk in taken, "fixed": seat.pk in fixed}


def _read(request: HttpRequest) -> tuple[str, list[PlannedSeat]]:
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Unreadable from error
    if not isinstance(body, dict) or body.keys() != {"version", "seats"}:
        raise Unreadable
    version, seats = body["version"], body["seats"]
    if not isinstance(version, str) or not isinstance(seats, list):
        raise Unreadable
    return version, [_planned(entry) for entry in seats]


def _planned(entry: Any) -> PlannedSeat:
    # Exactly these types: to Python, true is a 1 as well.
    if not isinstance(entry, dict) or entry.keys() != _TYPES.keys():
        raise Unreadable
    if any(type(entry[name]) not in types for name, types in _TYPES.items()):
        raise Unreadable
    return PlannedSeat(**entry | {"row": entry["row"].strip()})
