from bookings.api.views import BookingViewSet, SeanceBookingViewSet
from cinema.api.router import ApiRouter

router = ApiRouter()
router.register("bookings", BookingViewSet, basename="booking")
router.register(
    r"movies/(?P<movie_id>[^/]+)/seances/(?P<seance_id>[^/]+)/bookings",
    SeanceBookingViewSet,
    basename="seance-booking",
)

urlpatterns = router.urls
