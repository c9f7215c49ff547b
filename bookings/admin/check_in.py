"""Check-in: a page for the phone of whoever stands at the door.

The camera reads a ticket's code, or somebody types it, and the page says in a colour, a sign and
words whether its buyer may enter. The tickets keep who let them in and when, so the admin's log
doesn't.
"""

from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bookings.admin import verdict
from bookings.admin.door import Door
from bookings.admin.verdict import Verdict
from bookings.checkin import check_in, scanned_code, undo_check_in
from bookings.refusals import NotAdmitted
from cinema.site import answer, page

TEMPLATES = "bookings/admin/check_in"


class CodeForm(forms.Form):
    """What was typed, or read from a QR code, which may be an address."""

    code = forms.CharField(
        label=gettext_lazy("Code of the ticket"),
        max_length=500,
        error_messages={"required": gettext_lazy("Type or scan the code of a ticket.")},
    )


@page(
    "check-in/",
    name="check_in",
    title=gettext_lazy("Check-in"),
    permission="bookings.check_in_ticket",
    menu=30,
)
@never_cache
def check_in_page(request: HttpRequest) -> HttpResponse:
    door = Door.asked(request.GET)
    if request.method != "POST":
        return _show(request, door)
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _malformed(request, door, form)
    return _show(request, door, _let_in(request, door, form.cleaned_data["code"]))


@page(
    "check-in/undo/<int:ticket_id>/",
    name="check_in_undo",
    title=gettext_lazy("Take back a check-in"),
    permission="bookings.check_in_ticket",
)
@require_POST
def undo_page(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Whoever may change bookings takes back anybody's, at any time."""
    may_any = request.user.has_perm("bookings.change_booking")
    done = undo_check_in(ticket_id=ticket_id, by_id=None if may_any else request.user.pk)
    said = verdict.undone() if done else verdict.not_undone()
    return _show(request, Door.asked(request.GET), said)


def _let_in(request: HttpRequest, door: Door, text: str) -> Verdict:
    code = scanned_code(text)
    by = cast(User, request.user)  # the page has asked for a permission
    try:
        ticket = check_in(code=code, seance_ids=door.served_ids(), by_id=by.pk)
    except NotAdmitted as refused:
        return verdict.not_admitted(refused, code=code, reader=by)
    return verdict.admitted(ticket)


def _show(request: HttpRequest, door: Door, said: Verdict | None = None) -> HttpResponse:
    context: dict[str, Any] = {"title": _("Check-in"), "door": door, "verdict": said}
    if not _by_script(request):
        return answer(request, f"{TEMPLATES}.html", {**context, "form": CodeForm()})
    parts: dict[str, str] = {
        "showings": render_to_string(f"{TEMPLATES}_showings.html", context, request)
    }
    if said:
        parts |= {
            "kind": said.kind,
            "said": said.said,
            "card": render_to_string(f"{TEMPLATES}_card.html", context, request),
        }
    return JsonResponse(parts)


def _malformed(request: HttpRequest, door: Door, form: CodeForm) -> HttpResponse:
    if _by_script(request):
        return JsonResponse({"refused": " ".join(map(str, form.errors["code"]))}, status=422)
    context = {"title": _("Check-in"), "door": door, "form": form}
    return answer(request, f"{TEMPLATES}.html", context, status=422)


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("accept") == "application/json"
