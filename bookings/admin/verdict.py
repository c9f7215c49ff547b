"""What the person at the door sees of a ticket: yes or no, and everything they need to say."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from bookings.admin.door import clock
from bookings.models import Ticket
from bookings.refusals import (
    NotAdmitted,
    TicketCancelled,
    TicketExchanged,
    TicketForOtherSeance,
    TicketNotPaid,
    TicketUnknown,
    TicketUsed,
)
from movies.models import AgeRating

# The phone may not have heard the answer to its own question, and asks again.
SAME_SCAN = timedelta(seconds=10)
MUST_BE_CHECKED = (AgeRating.ADULT,)

# What each refusal is called in the page, its sign, and its name for people.
_NO: dict[type[NotAdmitted], tuple[str, str, str | Promise]] = {
    TicketUsed: ("used", "✕", pgettext_lazy("ticket", "Already used")),
    TicketForOtherSeance: ("elsewhere", "→", pgettext_lazy("ticket", "Another showing")),
    TicketCancelled: ("cancelled", "✕", pgettext_lazy("ticket", "Cancelled")),
    TicketExchanged: ("exchanged", "⇄", pgettext_lazy("ticket", "Exchanged")),
    TicketNotPaid: ("unpaid", "!", pgettext_lazy("ticket", "Not paid")),
    TicketUnknown: ("unknown", "?", pgettext_lazy("ticket", "Unknown code")),
}


@dataclass(frozen=True)
class Verdict:
    """`kind`: valid, undone, failed or one of _NO. `code`: what was read, when no ticket has it."""

    kind: str
    sign: str
    headline: str
    ticket: Ticket | None = None
    sentences: list[str] = field(default_factory=list)
    code: str = ""
    may_undo: bool = False

    @property
    def begins(self) -> str:
        return clock(self.ticket.seance.starts_at) if self.ticket else ""

    @property
    def said(self) -> str:
        """In one line."""
        return " ".join([f"{self.headline}.", *self.sentences])

    @property
    def must_check_age(self) -> bool:
        if self.kind != "valid" or self.ticket is None:
            return False
        return self.ticket.seance.movie.age_rating in MUST_BE_CHECKED


def admitted(ticket: Ticket) -> Verdict:
    return Verdict("valid", "✓", pgettext("ticket", "Valid"), ticket, may_undo=True)


def not_admitted(refused: NotAdmitted, *, code: str, reader: User) -> Verdict:
    kind, sign, headline = _NO[type(refused)]
    ticket = refused.ticket
    if ticket is None:
        return Verdict(kind, sign, str(headline), sentences=[str(refused)], code=code)
    may_undo = kind == "used" and reader.has_perm("bookings.change_booking")
    sentences = _sentences(refused, ticket, reader)
    return Verdict(kind, sign, str(headline), ticket, sentences, may_undo=may_undo)


def undone() -> Verdict:
    return Verdict("undone", "↶", _("Taken back"), sentences=[_("The ticket is good again.")])


def not_undone() -> Verdict:
    sentences = [
        _("Only what you have let in yourself in the last minutes can be taken back here.")
    ]
    return Verdict("failed", "!", _("Not taken back"), sentences=sentences)


def _sentences(refused: NotAdmitted, ticket: Ticket, reader: User) -> list[str]:
    if isinstance(refused, TicketUsed) and ticket.checked_in_at:
        return _who_used(ticket, ticket.checked_in_at, reader)
    if isinstance(refused, TicketExchanged):
        return [str(refused), _("Ask for the new ticket.")]
    if isinstance(refused, TicketForOtherSeance):
        return []  # the card shows it
    return [str(refused)]


def _who_used(ticket: Ticket, used_at: datetime, reader: User) -> list[str]:
    since = max(timezone.now() - used_at, timedelta(0))
    used = {"time": clock(used_at), "ago": _ago(since)}
    if ticket.checked_in_by != reader:
        person = ticket.checked_in_by and (
            ticket.checked_in_by.get_short_name() or ticket.checked_in_by.get_username()
        )
        return [_("At %(time)s, %(ago)s, by %(person)s.") % {**used, "person": person}]
    sentences = [_("At %(time)s, %(ago)s, by you.") % used]
    if since < SAME_SCAN:
        sentences.append(_("Perhaps it is the same scan: look whether they are in already."))
    return sentences


def _ago(since: timedelta) -> str:
    seconds = int(since.total_seconds())
    if seconds < 60:
        return _("%(count)d s ago") % {"count": seconds}
    if seconds < 3600:
        return _("%(count)d min ago") % {"count": seconds // 60}
    return _("%(count)d h ago") % {"count": seconds // 3600}
