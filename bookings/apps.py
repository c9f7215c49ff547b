from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = _("Selling")

    def ready(self) -> None:
        from bookings.payments.gateways import configuration

        configuration.check()
