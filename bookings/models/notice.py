"""Emails to buyers."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from bookings.models.selling import Booking


class NoticeKind(models.TextChoices):
    """What a buyer is told by email."""

    TICKETS = "tickets", _("the tickets")
    EXCHANGED = "exchanged", _("other seats")
    CANCELLED = "cancelled", _("the booking was cancelled")
    REFUNDED = "refunded", _("the money goes back")


class Notice(models.Model):
    """An email to be sent about a booking, queued in the transaction that gave reason for it.

    `send_notices` sends it, and again after a pause when that failed: until `sent_at`, or until it
    gave up and `next_attempt_at` is empty.
    """

    booking = models.ForeignKey(
        Booking, models.PROTECT, verbose_name=_("booking"), related_name="notices"
    )
    kind = models.CharField(_("about"), max_length=10, choices=NoticeKind)
    created_at = models.DateTimeField(_("queued"), db_default=Now())
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, db_default=Now())
    attempts = models.PositiveSmallIntegerField(_("attempts"), db_default=0)
    sent_at = models.DateTimeField(_("sent"), null=True)
    error = models.CharField(_("last error"), max_length=500, blank=True, db_default="")

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-id"]
        indexes = [
            models.Index(
                name="notice_to_send",
                fields=["next_attempt_at"],
                condition=Q(sent_at__isnull=True, next_attempt_at__isnull=False),
            ),
            # Staff list these, which are few among the sent.
            models.Index(
                name="notice_given_up",
                fields=["id"],
                condition=Q(sent_at__isnull=True, next_attempt_at__isnull=True),
            ),
            models.Index(
                name="notice_of_change", fields=["kind", "id"], condition=~Q(kind="tickets")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.booking_id}"
