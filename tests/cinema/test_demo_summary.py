"""What the demo says of itself when it runs."""

from pathlib import Path

import pytest

from cinema.demo import announce
from cinema.demo.announce import summary
from cinema.demo.cities import CITIES
from cinema.demo.provider import Provider
from cinema.demo.stopping import Stop
from cinema.demo.workspace import Workspace


@pytest.fixture
def provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Provider:
    monkeypatch.setattr(announce, "vacant_seats", lambda port: None)
    return Provider(CITIES["kazan"], Workspace(tmp_path), Stop(), print)


@pytest.mark.parametrize("made", [False, True])
def test_it_names_accounts_of_staff_only_where_it_made_them(provider, tmp_path, made):
    provider.has_staff = made
    assert ("as one of the staff" in summary(provider, Workspace(tmp_path))) == made


def test_the_web_server_stops_before_what_runs_beside_it_stops_all_at_once(provider):
    events: list[str] = []

    class Child:
        def __init__(self, name: str) -> None:
            self.name = name

        def terminate(self) -> None:
            events.append(f"{self.name} terminates")

        def stop(self) -> None:
            events.append(f"{self.name} stops")

    provider.web, provider.chores = Child("web"), [Child("a"), Child("b")]
    provider.stop()
    assert events == ["web stops", "a terminates", "b terminates", "a stops", "b stops"]
