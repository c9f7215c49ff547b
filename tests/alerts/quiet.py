"""A quiet day: what Prometheus scrapes of a healthy city, and of a healthy site, for ten hours.

Another city, where nothing is well, is scraped by the same Prometheus: its misfortunes raise no
alert of this one.
"""

from tests.alerts.incidents import counted, stays

LONG = 600  # minutes
PODS = ("kazan-1", "kazan-2")
REPLICAS = ("replica1", "replica2")


def provider() -> dict[str, str]:
    day = {}
    for pod in PODS:
        day |= _pod(pod)
    return day | _chores() | _elsewhere()


def _pod(pod: str) -> dict[str, str]:
    own = f'city="kazan",instance="{pod}"'
    app = f'app="provider-backend",{own}'
    day = {
        f'up{{{own},job="kazan"}}': stays((LONG, 1)),
        f'http_server_requests_total{{{app},method="GET",code="200"}}': counted((LONG, 10)),
        f'http_server_requests_total{{{app},method="POST",code="201"}}': counted((LONG, 1)),
        f'http_server_request_duration_seconds_count{{{app},method="GET"}}': counted((LONG, 10)),
        f'http_server_request_duration_seconds_bucket{{{app},method="GET",le="0.25"}}': counted(
            (LONG, 10)
        ),
        f"success_bookings_total{{{app}}}": counted((LONG, 1)),
        f'booking_attempts_total{{{own},result="sold"}}': counted((LONG, 0.5)),
        f'booking_attempts_total{{{own},result="taken"}}': counted((LONG, 0.5)),
        f'booking_attempts_total{{{own},result="unavailable"}}': counted((LONG, 0)),
        f"booking_attempt_duration_seconds_count{{{own}}}": counted((LONG, 1)),
        f'booking_attempt_duration_seconds_bucket{{{own},le="0.5"}}': counted((LONG, 1)),
        f"http_server_requests_in_progress{{{own}}}": stays((LONG, 2)),
        f"http_server_threads{{{own}}}": stays((LONG, 16)),
        f"sales_accepted{{{own}}}": stays((LONG, 1)),
        f"database_primary_alive{{{own}}}": stays((LONG, 1)),
    }
    for alias in ("default", *REPLICAS):
        at = f'{own},alias="{alias}"'
        day[f'database_pool_connections{{{at},state="used"}}'] = stays((LONG, 3))
        day[f"database_pool_max{{{at}}}"] = stays((LONG, 16))
        day[f"database_pool_waiting{{{at}}}"] = stays((LONG, 0))
    for replica in REPLICAS:
        at = f'{own},replica="{replica}"'
        day[f"replica_alive{{{at}}}"] = day[f"replica_fresh{{{at}}}"] = stays((LONG, 1))
        day[f"replica_lag_bytes{{{at}}}"] = stays((LONG, 4096))
        day[f"replica_lag_seconds{{{at}}}"] = stays((LONG, 0.1))
    return day


CHORES = 'city="kazan",instance="kazan-chores"'


def _chores() -> dict[str, str]:
    return {
        f'up{{{CHORES},job="kazan-chores"}}': stays((LONG, 1)),
        **{
            f'chore_last_success_timestamp_seconds{{{CHORES},chore="{chore}"}}': counted((LONG, 1))
            for chore in ("send_notices", "release_expired_holds")
        },
        f"double_sold_seats{{{CHORES}}}": stays((LONG, 0)),
        f"payments_undecided_seconds{{{CHORES}}}": stays((LONG, 300)),
        f"notices_waiting{{{CHORES}}}": stays((LONG, 3)),
        f"seats_upcoming{{{CHORES}}}": stays((LONG, 5000)),
        'probe_ssl_earliest_cert_expiry{city="kazan",instance="https://kazan"}': stays(
            (LONG, 60 * 86400)
        ),
    }


def _elsewhere() -> dict[str, str]:
    own = 'city="irkutsk",instance="irkutsk-1"'
    return {
        f'up{{{own},job="irkutsk"}}': stays((LONG, 0)),
        f'http_server_requests_total{{app="provider-backend",{own},method="GET",code="503"}}': (
            counted((LONG, 10))
        ),
        f'booking_attempts_total{{{own},result="unavailable"}}': counted((LONG, 1)),
        f"sales_accepted{{{own}}}": stays((LONG, 0)),
        f"database_primary_alive{{{own}}}": stays((LONG, 0)),
        f'replica_alive{{{own},replica="replica1"}}': stays((LONG, 0)),
        f'replica_fresh{{{own},replica="replica1"}}': stays((LONG, 0)),
        f"double_sold_seats{{{own}}}": stays((LONG, 7)),
        f"notices_waiting{{{own}}}": stays((LONG, 700)),
        'probe_ssl_earliest_cert_expiry{app="aggregator",instance="https://site"}': stays(
            (LONG, 0)
        ),
        # And what the site counts about this city is not of this city's provider.
        'http_server_requests_total{app="aggregator",city="kazan",method="GET",code="500"}': (
            counted((LONG, 10))
        ),
    }


def site() -> dict[str, str]:
    day = {
        'build_info{app="aggregator",version="1"}': stays((LONG, 1)),
        'build_info{app="provider-backend",version="1",city="kazan"}': stays((LONG, 1)),
        'probe_ssl_earliest_cert_expiry{app="aggregator",instance="https://site"}': stays(
            (LONG, 60 * 86400)
        ),
        # A city's certificate is the city's.
        'probe_ssl_earliest_cert_expiry{city="kazan",instance="https://kazan"}': stays((LONG, 0)),
        # A provider's own counts are not of the site.
        'http_server_requests_total{app="provider-backend",city="kazan",method="GET",code="500"}': (
            counted((LONG, 10))
        ),
        'slo:events:rate5m{city="irkutsk",slo="read-errors"}': stays((LONG, 1)),
        'slo:bad_events:rate5m{city="irkutsk",slo="read-errors"}': stays((LONG, 1)),
    }
    for city in ("", "kazan", "irkutsk"):
        own = f'app="aggregator",city="{city}",method="GET"'
        day |= {
            f'http_server_requests_total{{{own},code="200"}}': counted((LONG, 10)),
            f"http_server_request_duration_seconds_count{{{own}}}": counted((LONG, 10)),
            f'http_server_request_duration_seconds_bucket{{{own},le="0.5"}}': counted((LONG, 10)),
        }
    for city in ("kazan", "irkutsk"):
        day |= {
            f'city_calls_total{{city="{city}",result="answered"}}': counted((LONG, 10)),
            f'city_call_duration_seconds_count{{city="{city}"}}': counted((LONG, 10)),
            f'city_call_duration_seconds_bucket{{city="{city}",le="1.0"}}': counted((LONG, 10)),
        }
    return day
