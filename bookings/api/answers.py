"""What the booking addresses answer."""

from rest_framework import serializers

from bookings.models import BookingStatus, PaymentStatus
from cinema.api.answers import Amount, Answer, Instant, answer
from cinema.api.fields import Choice

PAYMENT_STATES = [one for one in PaymentStatus.values if one != PaymentStatus.REFUNDING]


class TicketRead(Answer):
    id = serializers.IntegerField()
    seat_id = serializers.IntegerField()
    row = serializers.CharField()
    number = serializers.IntegerField()
    code = serializers.CharField(help_text="What is shown at the door.")
    price = Amount()


class PaymentState(Answer):
    status = Choice(PAYMENT_STATES)


class BookingRead(Answer):
    id = serializers.UUIDField(help_text="The buyer's secret: whoever has it may read and cancel.")
    movie_id = serializers.IntegerField()
    seance_id = serializers.IntegerField()
    email = serializers.CharField(help_text="Empty while a hold's buyer has left none.")
    status = Choice([status for status in BookingStatus.values if status != BookingStatus.BLOCKED])
    expires_at = Instant(allow_null=True, help_text="Until when a hold reserves the seats.")
    expires_in = serializers.FloatField(
        allow_null=True, help_text="The seconds a hold has left, by the database's clock."
    )
    total = Amount()
    cancellable_until = Instant(allow_null=True, help_text="By its buyer.")
    payment = PaymentState(allow_null=True)
    payment_required = serializers.BooleanField(
        help_text="Only a payment makes a purchase of this hold."
    )
    tickets = TicketRead(many=True)


BookingAnswer = answer(
    "BookingAnswer",
    data=serializers.ListField(
        child=serializers.IntegerField(), help_text="A ticket's id per seat, in the order asked."
    ),
    booking=BookingRead(),
)


class PaymentRead(Answer):
    id = serializers.UUIDField()
    status = Choice(PAYMENT_STATES)
    amount = Amount()
    currency = serializers.CharField()
    redirect_url = serializers.CharField(help_text="Where the buyer pays.")


PaymentAnswer = answer("PaymentAnswer", data=PaymentRead())
