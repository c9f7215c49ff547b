"""Bookings and their tickets. The database decides who gets a seat: `one_live_ticket_per_seat`."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from movies.models import Hall, Seance, Seat


class BookingStatus(models.TextChoices):
    HELD = "held", _("held")
    CONFIRMED = "confirmed", _("sold")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")


class Booking(models.Model):
    """An order of seats by one buyer. Its id is the buyer's secret.

    A hold is vacant from `expires_at` on, whatever `status` still says: every reader compares with
    the database's clock, and `bookings.holds` only tidies.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # A foreign key together with hall, see the migration.
    seance = models.ForeignKey(
        Seance,
        models.PROTECT,
        verbose_name=_("showing"),
        related_name="bookings",
        db_constraint=False,
        db_index=False,
    )
    hall = models.ForeignKey(
        Hall,
        models.PROTECT,
        verbose_name=_("hall"),
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    email = models.EmailField(_("email"), blank=True, db_index=True)
    status = models.CharField(_("status"), max_length=10, choices=BookingStatus)
    total = models.DecimalField(_("total"), max_digits=14, decimal_places=2)
    sold_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("sold by"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The member of staff who sold it; empty when the buyer did."),
    )
    created_at = models.DateTimeField(_("made"), db_default=Now(), db_index=True)
    expires_at = models.DateTimeField(_("held until"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("sold at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ["-created_at"]
        indexes = [
            # `release_expired_holds` and the loser of a purchase look for these only.
            models.Index(
                name="booking_held_until", fields=["expires_at"], condition=Q(status="held")
            ),
        ]
        constraints = [
            # Tickets refer to all three, so a ticket's seance and hall are its booking's.
            models.UniqueConstraint(name="booking_of_seance", fields=["seance", "id", "hall"]),
            models.CheckConstraint(
                name="booking_total_not_negative",
                condition=Q(total__gte=0),
                violation_error_message=_("A total can't be negative."),
            ),
            models.CheckConstraint(
                name="booking_status_has_its_time",
                condition=(
                    Q(status="held", expires_at__isnull=False, confirmed_at__isnull=True)
                    | Q(status="confirmed", expires_at__isnull=True, confirmed_at__isnull=False)
                    | Q(status="cancelled", cancelled_at__isnull=False)
                    | Q(status="expired", expires_at__isnull=False, confirmed_at__isnull=True)
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Ticket(models.Model):
    """One seat of a booking. Live until `released_at`; while held, only until `held_until`.

    `held_until` repeats the booking's `expires_at`, so that the seat map is read from this table's
    index alone; both are written by the same statement.
    """

    # (booking, seance, hall) and (hall, seat) are foreign keys, see the migration: a ticket is for
    # its booking's seance, and its seat is in that seance's hall.
    booking = models.ForeignKey(
        Booking,
        models.PROTECT,
        verbose_name=_("booking"),
        related_name="tickets",
        db_constraint=False,
    )
    seance = models.ForeignKey(
        Seance,
        models.PROTECT,
        verbose_name=_("showing"),
        related_name="tickets",
        db_constraint=False,
        db_index=False,
    )
    hall = models.ForeignKey(
        Hall, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    seat = models.ForeignKey(
        Seat, models.PROTECT, verbose_name=_("seat"), related_name="tickets", db_constraint=False
    )
    # Wider than a seance's price and a surcharge, which add up to it.
    price = models.DecimalField(_("price"), max_digits=12, decimal_places=2)
    code = models.CharField(_("code"), max_length=16, unique=True)
    held_until = models.DateTimeField(_("held until"), null=True, blank=True)
    released_at = models.DateTimeField(_("released"), null=True, blank=True)

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="one_live_ticket_per_seat",
                fields=["seance", "seat"],
                include=["held_until"],
                condition=Q(released_at__isnull=True),
                violation_error_message=_("Seat already taken"),
            ),
            models.CheckConstraint(
                name="ticket_price_not_negative",
                condition=Q(price__gte=0),
                violation_error_message=_("A price can't be negative."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class IdempotencyKey(models.Model):
    """What was answered to a request that carried `Idempotency-Key`.

    The row is written in the transaction of the sale it belongs to, so either both exist or none.
    """

    key = models.CharField(max_length=255, primary_key=True)
    fingerprint = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(null=True)
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")

    def __str__(self) -> str:
        return self.key
