from bookings.models.idempotency import IdempotencyKey
from bookings.models.notice import Notice, NoticeKind
from bookings.models.payment import Payment, PaymentStatus
from bookings.models.sandbox import SandboxFault, SandboxNotification, SandboxPayment
from bookings.models.selling import Booking, BookingStatus, PaidBy, Ticket

__all__ = [
    "Booking",
    "BookingStatus",
    "IdempotencyKey",
    "Notice",
    "NoticeKind",
    "PaidBy",
    "Payment",
    "PaymentStatus",
    "SandboxFault",
    "SandboxNotification",
    "SandboxPayment",
    "Ticket",
]
