"""Which alerts are on, as Prometheus says; `make watch` runs one beside the demo."""

import requests

from cinema.demo.choosing import port_of
from cinema.demo.watching import PORT

FIRING, PENDING, SILENT = "firing", "pending", "silent"


class Alerts:
    def __init__(self) -> None:
        """Raises DemoError when DEMO_PROMETHEUS_PORT is no port."""
        self._url = f"http://127.0.0.1:{port_of('DEMO_PROMETHEUS_PORT', PORT)}"
        self._client = requests.Session()
        self._client.trust_env = False

    def state(self, name: str, city: str) -> str | None:
        """FIRING, PENDING (true, but not for long enough yet) or SILENT; None: nobody watches."""
        try:
            answer = self._client.get(f"{self._url}/api/v1/alerts", timeout=5).json()
            alerts = answer["data"]["alerts"]
        except (requests.RequestException, ValueError, KeyError, TypeError):
            return None
        states = {
            alert["state"]
            for alert in alerts
            if alert["labels"]["alertname"] == name and alert["labels"].get("city", city) == city
        }
        return FIRING if FIRING in states else PENDING if PENDING in states else SILENT
