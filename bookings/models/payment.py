"""Payments online. The cinema's money: what became of it is decided here, by what the gateway says.

The box office's are not among them: see `PaidBy`.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from bookings.models.selling import Booking


class PaymentStatus(models.TextChoices):
    PENDING = "pending", _("not paid yet")
    SUCCEEDED = "succeeded", _("paid")
    FAILED = "failed", _("failed")
    REFUNDING = "refunding", _("to be paid back")
    REFUNDED = "refunded", _("paid back")


class Payment(models.Model):
    """One attempt to pay a booking through a gateway.

    Its id is the idempotency key towards the gateway, so asking twice begins one payment and pays
    back once. `gateway_id` and `redirect_url` are the gateway's, empty until it has answered.
    REFUNDING is decided together with what gives reason for it; the gateway is asked afterwards,
    again and again, by `reconcile_payments`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.ForeignKey(
        Booking, models.PROTECT, verbose_name=_("booking"), related_name="payments"
    )
    gateway = models.CharField(_("gateway"), max_length=20)
    gateway_id = models.CharField(
        _("number at the gateway"), max_length=100, blank=True, db_default=""
    )
    redirect_url = models.CharField(max_length=2000, blank=True, db_default="")
    return_url = models.CharField(max_length=2000)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    status = models.CharField(_("status"), max_length=10, choices=PaymentStatus)
    reason = models.CharField(
        _("reason"),
        max_length=200,
        blank=True,
        db_default="",
        help_text=_("Why it failed or is paid back."),
    )
    created_at = models.DateTimeField(_("begun"), db_default=Now())
    settled_at = models.DateTimeField(_("paid or failed at"), null=True, blank=True)
    refunded_at = models.DateTimeField(_("paid back at"), null=True, blank=True)
    next_look_at = models.DateTimeField(
        _("next asked at"),
        null=True,
        blank=True,
        db_default=Now(),
        help_text=_("When the gateway is asked next; empty: there is nothing to ask."),
    )
    looks = models.PositiveSmallIntegerField(db_default=0)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-created_at"]
        indexes = [
            # `reconcile_payments` looks for these only.
            models.Index(
                name="payment_to_look_at",
                fields=["next_look_at"],
                condition=Q(next_look_at__isnull=False),
            ),
            # Staff list the newest, and those that went wrong, which are few.
            models.Index(name="payment_newest", fields=["created_at"]),
            models.Index(
                name="payment_not_kept",
                fields=["status", "created_at"],
                condition=~Q(status="succeeded"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_pending_payment_per_booking",
                fields=["booking"],
                condition=Q(status="pending"),
            ),
            # Two that have succeeded: one of them must go back, so only one may stay.
            models.UniqueConstraint(
                name="one_succeeded_payment_per_booking",
                fields=["booking"],
                condition=Q(status="succeeded"),
            ),
            models.UniqueConstraint(
                name="payment_at_gateway",
                fields=["gateway", "gateway_id"],
                condition=~Q(gateway_id=""),
            ),
            models.CheckConstraint(name="payment_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="payment_status_has_its_time",
                condition=Q(status="pending", settled_at__isnull=True, refunded_at__isnull=True)
                | Q(
                    status__in=["succeeded", "failed", "refunding"],
                    settled_at__isnull=False,
                    refunded_at__isnull=True,
                )
                | Q(status="refunded", settled_at__isnull=False, refunded_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}, {self.get_status_display()}"
