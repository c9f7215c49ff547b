"""The storefront's addresses. Health, metrics, static files and the pass-through API are answered
before Django: see `aggregator.asgi`."""

from django.urls import include, path
from django.views.i18n import set_language

from aggregator.pages import checkout, film, hall, home, policies, poster, ticket

booking = [
    path("", checkout.page, name="checkout"),
    path("pay/", checkout.pay, name="pay"),
    path("release/", checkout.release, name="release"),
]
tickets = [
    path("", ticket.page, name="ticket"),
    path("status/", ticket.status, name="ticket-status"),
    path("cancel/", ticket.cancel, name="cancel"),
    path("tickets.pdf", ticket.pdf, name="ticket-pdf"),
    path("tickets.ics", ticket.calendar, name="ticket-calendar"),
]
showing = [
    path("", hall.page, name="hall"),
    path("seats/", hall.seats, name="seats"),
    path("best-seats/", hall.best_seats, name="best-seats"),
]
urlpatterns = [
    path("", home.start, name="start"),
    path("language/", set_language, name="language"),
    path("robots.txt", policies.robots, name="robots"),
    path("<slug:city_id>/", home.page, name="city"),
    path("<slug:city_id>/posters/<int:movie_id>/", poster.image, name="poster"),
    path("<slug:city_id>/films/<int:movie_id>/", film.page, name="film"),
    path("<slug:city_id>/films/<int:movie_id>/seances/<int:seance_id>/", include(showing)),
    path("<slug:city_id>/bookings/<uuid:booking_id>/", include(booking)),
    path("<slug:city_id>/tickets/<uuid:booking_id>/", include(tickets)),
]

handler400 = "aggregator.pages.policies.bad_request"
handler403 = "aggregator.pages.policies.forbidden"
handler404 = "aggregator.pages.policies.not_found"
handler500 = "aggregator.pages.policies.server_error"
