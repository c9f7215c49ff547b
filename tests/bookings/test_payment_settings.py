"""A cinema that could not be paid does not start, and says what is missing."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from bookings.payments.gateways import configuration

YOOKASSA = {
    "PAYMENTS": "yookassa",
    "SITE_URL": "https://kino.example",
    "YOOKASSA_SHOP_ID": "1",
    "YOOKASSA_SECRET_KEY": "s",
    "YOOKASSA_URL": "https://api.yookassa.ru/v3",
}


def configure(settings, **values: str) -> None:
    for name, value in values.items():
        setattr(settings, name, value)


@pytest.mark.parametrize(
    "values",
    [
        {"PAYMENTS": "none", "SITE_URL": ""},
        {"PAYMENTS": "sandbox", "SITE_URL": "https://kino.example"},
        YOOKASSA,
    ],
    ids=["none", "sandbox", "yookassa"],
)
def test_what_is_complete_is_accepted(settings, values):
    configure(settings, **values)
    configuration.check()


def test_an_unknown_gateway_is_named_with_those_that_there_are(settings):
    settings.PAYMENTS = "stripe"
    with pytest.raises(ImproperlyConfigured, match=r"'stripe'.*none, sandbox, yookassa\.$"):
        configuration.check()


@pytest.mark.parametrize("missing", sorted(YOOKASSA.keys() - {"PAYMENTS"}))
def test_what_is_missing_is_named(settings, missing):
    configure(settings, **YOOKASSA | {missing: ""})
    with pytest.raises(ImproperlyConfigured, match=f"^With PAYMENTS=yookassa, {missing} must"):
        configuration.check()


def test_the_sandbox_needs_a_site_to_lead_back_to(settings):
    configure(settings, PAYMENTS="sandbox", SITE_URL="")
    with pytest.raises(ImproperlyConfigured, match="SITE_URL"):
        configuration.check()
