from django.apps import AppConfig
from django.core import signals


class AggregatorConfig(AppConfig):
    name = "aggregator"

    def ready(self) -> None:
        """Without a database, what Django does to it around every request is two changes of thread
        for nothing."""
        from django.db import close_old_connections, reset_queries

        for signal in (signals.request_started, signals.request_finished):
            signal.disconnect(reset_queries)
            signal.disconnect(close_old_connections)
