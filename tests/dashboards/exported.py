"""What the code offers to Prometheus."""

import functools

from prometheus_client import CollectorRegistry

from aggregator import metrics as aggregator
from cinema.metrics import chores, registries

REGISTRIES = (registries.WEB, chores.CHORES, registries.BOTH, aggregator._OWN)


@functools.cache
def exported() -> frozenset[str]:
    """Every name a sample may have, those of labels that weren't counted yet included."""
    return frozenset(name for registry in REGISTRIES for name in _names(registry))


def _names(registry: CollectorRegistry) -> set[str]:
    suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}
    return {
        family.name + suffix
        for family in registry.collect()
        for suffix in suffixes.get(family.type, ())
    }
