"""Who counts what. Everything is registered with one of these, and `pages` puts them together."""

from prometheus_client import REGISTRY, CollectorRegistry

APP = "provider-backend"

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Seconds. The objectives' thresholds are among them: elsewhere they could only be guessed at."""

WEB = REGISTRY
"""What a web server knows, and of gunicorn's workers all together."""

CHORES = CollectorRegistry()
"""What `run_chores` knows."""

BOTH = CollectorRegistry()
"""What happens in either: a payment that is found late sells tickets in `run_chores`."""
