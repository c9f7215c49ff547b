"""Which version runs."""

import platform

from django.conf import settings
from prometheus_client import Gauge

from cinema.metrics.registries import APP, BOTH

_build = Gauge(
    "build_info",
    "1; what runs is in the labels",
    ["app", "version", "revision", "python"],
    multiprocess_mode="livemax",
    registry=BOTH,
)


def tell_build() -> None:
    version, revision = settings.APP_VERSION, settings.APP_REVISION
    _build.labels(APP, version, revision, platform.python_version()).set(1)
