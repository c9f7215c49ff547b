"""What is put to the test: one city, at its provider or at the site that sells for it."""

import http.client
import json
import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

PROJECT = Path(__file__).resolve().parents[1]
SECONDS = 5.0  # to answer at all


class TargetError(Exception):
    """A sentence for whoever wanted to run it."""


@dataclass(frozen=True)
class Target:
    url: str
    """Prefix of the provider's paths."""
    return_url: str = ""
    """Page of the site that a payment may return to; empty: the first page at `url`."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Of its `manage.py`, where it is a city of the demo on this machine."""


def find(url: str, city: str) -> Target:
    """`url`: a provider, a site, or nothing: the running demo. `city`: one of the site's, or
    nothing: its first. Raises TargetError."""
    demo = _demo(city)
    if not url and not demo:
        raise TargetError(
            "No demo is running here: start it with `make demo` in another terminal, or say what"
            " to test with --target."
        )
    chosen = (url or demo["SITE_URL"]).rstrip("/")
    through_site = _cities(chosen)
    if through_site:
        chosen = f"{chosen}/cities/{_one_of(through_site, city or demo.get('CITY', ''))}"
    _check_it_sells(chosen)
    own = _settings_of(chosen, demo)
    return Target(chosen, f"{own['SITE_URL']}/" if own else "", own)


def _demo(city: str) -> dict[str, str]:
    """The variables of the city, or of the first, whose site knows which cities there are; none
    where no demo is running."""
    directory = Path(os.environ.get("DEMO_DIRECTORY") or PROJECT / ".demo")
    for announced in (directory / city / "env", directory / "env"):
        if announced.exists():
            return dict(line.split("=", 1) for line in shlex.split(announced.read_text()))
    return {}


def _settings_of(url: str, demo: dict[str, str]) -> dict[str, str]:
    own = demo and url in (demo["API_URL"], f"{demo['SITE_URL']}/cities/{demo['CITY']}")
    return demo if own else {}


def _cities(url: str) -> list[str]:
    """A site's; none where `url` is not a site."""
    answer = _get(f"{url}/cities")
    return [one["id"] for one in answer["data"]] if answer and "data" in answer else []


def _one_of(cities: list[str], city: str) -> str:
    if city and city not in cities:
        raise TargetError(f"The site has no city {city!r}: choose from {', '.join(cities)}.")
    return city or cities[0]


def _check_it_sells(url: str) -> None:
    answer = _get(f"{url}/movies?max_results=1")
    if not answer or "data" not in answer:
        raise TargetError(f"{url} does not answer as a provider does: it has no {url}/movies.")


def _get(url: str) -> Any:
    """The JSON that `url` answers; None where it refuses or answers something else."""
    try:
        # Proxies are for other machines.
        with build_opener(ProxyHandler({})).open(url, timeout=SECONDS) as response:
            return json.load(response)
    except URLError as failure:
        if getattr(failure, "code", None) is not None:
            return None
        raise TargetError(f"{url} can't be reached ({failure.reason}): is it running?") from failure
    except (OSError, http.client.HTTPException) as failure:
        raise TargetError(f"{url} does not answer ({failure}): is it running?") from failure
    except ValueError:
        return None
