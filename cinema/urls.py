"""A provider's addresses; probes have theirs in `cinema.health`.

The API's work with and without a trailing slash, and never redirect.
"""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from bookings.api.urls import urlpatterns as bookings
from movies.api.urls import urlpatterns as movies

urlpatterns = [
    *movies,
    *bookings,
    re_path(r"^schema/?$", SpectacularJSONAPIView.as_view(), name="schema"),
    re_path(r"^docs/?$", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("", RedirectView.as_view(url="/docs")),
    path("admin", RedirectView.as_view(url="/admin/")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("payments/sandbox/", include("bookings.payments.gateways.sandbox.urls")),
]

handler400 = "cinema.api.failures.bad_request"
handler403 = "cinema.api.failures.permission_denied"
handler404 = "cinema.api.failures.not_found"
handler500 = "cinema.api.failures.server_error"
