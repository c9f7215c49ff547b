from django.urls import re_path

from bookings.api.payments import PaymentViewSet, notification
from bookings.api.tickets_file import TicketsFileViewSet
from bookings.api.views import BookingViewSet, SeanceBookingViewSet
from cinema.api.router import ApiRouter

router = ApiRouter()
router.register("bookings", BookingViewSet, basename="booking")
router.register("bookings", TicketsFileViewSet, basename="tickets-file")
router.register(
    r"movies/(?P<movie_id>[^/]+)/seances/(?P<seance_id>[^/]+)/bookings",
    SeanceBookingViewSet,
    basename="seance-booking",
)
router.register(
    r"bookings/(?P<booking_id>[^/]+)/payments", PaymentViewSet, basename="booking-payment"
)

urlpatterns = [
    *router.urls,
    re_path(r"^payments/notifications/(?P<gateway>[^/]+)/?$", notification, name="notification"),
]
