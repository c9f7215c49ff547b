"""What the sandbox's bank knows: see `bookings.payments.gateways.sandbox`."""

import uuid

from django.db import models
from django.db.models.functions import Now


class SandboxPayment(models.Model):
    """A payment as the bank of the sandbox has it; no row of ours refers to it but by its number.

    `key` is the idempotency key that it was begun with. `outcome` ("succeeded", "failed"; empty:
    the payer has not decided) counts from `decided_at` on, which may lie ahead.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=64, unique=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3)
    description = models.CharField(max_length=200)
    return_url = models.CharField(max_length=2000)
    outcome = models.CharField(max_length=10, blank=True, db_default="")
    created_at = models.DateTimeField(db_default=Now())
    decided_at = models.DateTimeField(null=True)
    refunded_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.id)


class SandboxNotification(models.Model):
    """What the bank still has to tell the cinema, or has told: `status` need not be what became of
    the payment. Nothing is told any more once `next_attempt_at` is empty."""

    payment = models.ForeignKey(SandboxPayment, models.CASCADE, related_name="notifications")
    status = models.CharField(max_length=10)
    attempts = models.PositiveSmallIntegerField(db_default=0)
    next_attempt_at = models.DateTimeField(null=True, db_index=True)
    sent_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.payment_id}: {self.status}"


class SandboxFault(models.Model):
    """How the bank fails, on purpose; no row: it works. See `manage.py sandbox_fault`."""

    kind = models.CharField(max_length=10, primary_key=True)

    def __str__(self) -> str:
        return self.kind
