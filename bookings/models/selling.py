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
    BLOCKED = "blocked", _("not for sale")


class PaidBy(models.TextChoices):
    """How the box office was paid. Online payments are `Payment`s."""

    CASH = "cash", _("cash")
    CARD = "card", _("card")


class Booking(models.Model):
    """An order of seats by one buyer. Its id is the buyer's secret.

    A hold is vacant from `expires_at` on, whatever `status` still says: every reader compares with
    the database's clock, and `bookings.holds` only tidies. Seats that are not for sale are a
    booking of the cinema's own, `blocked`, so that one constraint decides about them too.
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
    paid_by = models.CharField(
        _("paid by"),
        max_length=10,
        choices=PaidBy,
        blank=True,
        db_default="",
        help_text=_("Empty: not at the box office."),
    )
    created_at = models.DateTimeField(_("made"), db_default=Now(), db_index=True)
    expires_at = models.DateTimeField(_("held until"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("sold at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("cancelled by"),
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text=_("The member of staff; empty when the buyer did."),
    )
    reason = models.CharField(
        _("reason"),
        max_length=200,
        blank=True,
        db_default="",
        help_text=_("Why it was cancelled, or why its seats are not for sale."),
    )

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ["-created_at"]
        permissions = [
            ("block_seats", "Can take seats out of the sale"),
            ("view_report", "Can view reports of sales"),
        ]
        indexes = [
            # `release_expired_holds` and the loser of a purchase look for these only.
            models.Index(
                name="booking_held_until", fields=["expires_at"], condition=Q(status="held")
            ),
            # A showing's seats that are not for sale, to tell them from sold ones.
            models.Index(name="booking_blocked", fields=["seance"], condition=Q(status="blocked")),
            # Reports ask what was sold on a day.
            models.Index(
                name="booking_confirmed",
                fields=["confirmed_at"],
                condition=Q(confirmed_at__isnull=False),
            ),
            # Staff list these, which are few among the sold.
            models.Index(
                name="booking_ended",
                fields=["status", "created_at"],
                condition=Q(status="cancelled") | Q(status="expired"),
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
                    | Q(status="blocked", expires_at__isnull=True, confirmed_at__isnull=True)
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Ticket(models.Model):
    """One seat of a booking. Live until `released_at`; while held, only until `held_until`.

    A buyer who moves to another seat gets a new ticket, `exchanged_at` then; the old one is
    released, and `replaced_by` it.

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
    category = models.CharField(
        _("category"),
        max_length=50,
        blank=True,
        db_default="",
        help_text=_("The seat's when it was sold: seats change, accounts don't."),
    )
    surcharge = models.DecimalField(
        _("surcharge"),
        max_digits=10,
        decimal_places=2,
        null=True,
        help_text=_(
            "Of the price; the category's when it was sold. Empty: sold before it was kept."
        ),
    )
    code = models.CharField(_("code"), max_length=16, unique=True)
    held_until = models.DateTimeField(_("held until"), null=True, blank=True)
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    exchanged_at = models.DateTimeField(_("exchanged at"), null=True, blank=True)
    exchanged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("exchanged by"),
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    exchanged_paid_by = models.CharField(
        _("difference paid by"),
        max_length=10,
        choices=PaidBy,
        blank=True,
        db_default="",
        help_text=_("How the difference of an exchange was paid or paid back. Empty: online."),
    )
    replaced_by = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("replaced by"),
        null=True,
        blank=True,
        related_name="replaces",
        db_index=False,
    )
    checked_in_at = models.DateTimeField(_("checked in"), null=True, blank=True)
    checked_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("checked in by"),
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["-id"]
        permissions = [("check_in_ticket", "Can check tickets at the door")]
        indexes = [
            # Reports ask what was paid back, and what exchanged, on a day.
            models.Index(
                name="ticket_released",
                fields=["released_at"],
                condition=Q(released_at__isnull=False),
            ),
            models.Index(
                name="ticket_exchanged",
                fields=["exchanged_at"],
                condition=Q(exchanged_at__isnull=False),
            ),
        ]
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
            models.UniqueConstraint(
                name="ticket_replaces_one",
                fields=["replaced_by"],
                condition=Q(replaced_by__isnull=False),
            ),
            models.CheckConstraint(
                name="replaced_ticket_is_released",
                condition=Q(replaced_by__isnull=True) | Q(released_at__isnull=False),
            ),
            models.CheckConstraint(
                name="ticket_is_checked_in_by_somebody",
                condition=Q(checked_in_at__isnull=True, checked_in_by__isnull=True)
                | Q(checked_in_at__isnull=False, checked_in_by__isnull=False, held_until=None),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def category_name(self) -> str:
        """As it was sold; the seat's own for what was sold before that was kept."""
        return self.category or self.seat.category.name
