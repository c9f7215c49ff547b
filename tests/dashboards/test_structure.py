"""Each dashboard is whole: has what Grafana and a person need, and names nothing that is gone."""

import re
from collections import Counter
from itertools import combinations

import pytest

from tests.dashboards.boards import BOARDS, QUERIES, ROOT, Board, Query, from_rules
from tests.dashboards.exported import exported

GRID = 24
FROM_GRAFANA = {"__rate_interval", "__range"}
FROM_PROMETHEUS = {"up", "ALERTS"}

each_board = pytest.mark.parametrize("board", BOARDS, ids=str)
each_query = pytest.mark.parametrize("query", QUERIES, ids=str)


def test_every_chart_has_its_dashboards():
    found = {str(board.path.relative_to(ROOT / "charts")) for board in BOARDS}
    assert found == {
        "provider-backend/dashboards/service.json",
        "provider-backend/dashboards/selling.json",
        "aggregator/dashboards/site.json",
    }


def test_no_two_dashboards_are_taken_for_one_another():
    assert len({board.read["uid"] for board in BOARDS}) == len(BOARDS)
    assert len({board.read["title"] for board in BOARDS}) == len(BOARDS)
    assert all(re.fullmatch(r"[a-z-]{1,40}", board.read["uid"]) for board in BOARDS)


@each_board
def test_panels_have_ids_of_their_own(board: Board):
    ids = Counter(panel["id"] for panel in board.read["panels"])
    assert [id for id, times in ids.items() if times > 1] == []


@each_board
def test_panels_explain_themselves(board: Board):
    """A title, a sentence, a unit and colours, in words that need no knowledge of the code."""
    for panel in board.panels:
        assert panel["title"], panel
        assert panel["description"].endswith("."), panel["title"]
        defaults = panel["fieldConfig"]["defaults"]
        assert defaults["unit"], panel["title"]
        assert defaults["thresholds"]["steps"][0]["value"] is None, panel["title"]


@each_board
def test_no_two_panels_have_the_same_title(board: Board):
    titles = Counter(panel["title"] for panel in board.panels)
    assert [title for title, times in titles.items() if times > 1] == []


@each_board
def test_no_panel_covers_another_or_leaves_the_grid(board: Board):
    places = [(panel["title"], panel["gridPos"]) for panel in board.read["panels"]]
    for title, place in places:
        assert 0 <= place["x"] < place["x"] + place["w"] <= GRID, title
    for (one, a), (other, b) in combinations(places, 2):
        beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
        above = a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
        assert beside or above, f"{one} and {other} overlap"


@each_board
def test_any_prometheus_can_be_chosen(board: Board):
    """No data source is named: dashboards must work wherever they are imported."""
    [source, *_others] = board.read["templating"]["list"]
    assert (source["name"], source["type"]) == ("datasource", "datasource")
    for panel in board.panels:
        for holder in (panel, *panel["targets"]):
            assert holder["datasource"]["uid"] == "${datasource}", panel["title"]


@each_board
def test_variables_that_are_used_exist(board: Board):
    used = set(re.findall(r"\$\{?(\w+)", str(board.read["panels"])))
    known = {variable["name"] for variable in board.read["templating"]["list"]}
    assert used <= known | FROM_GRAFANA


@each_query
def test_metrics_exist(query: Query):
    """In the code, in the charts' rules or in Prometheus itself."""
    names = {name for name, _selected in query.selectors}
    assert names, "every metric needs a selector, were it empty"
    assert names <= exported() | from_rules("record") | FROM_PROMETHEUS


@each_query
def test_a_provider_is_chosen_by_its_city(query: Query):
    """What has a `city` of its own is the aggregator's; there `app` may choose instead."""
    for name, selected in query.selectors:
        chosen = 'city=~"$city"' in selected
        of_the_site = query.board == "site" and not chosen
        assert chosen or of_the_site, f"{name} would add up all cities"


@each_query
def test_alerts_that_are_asked_for_exist(query: Query):
    for name, selected in query.selectors:
        for pattern in re.findall(r'alertname=~"([^"]+)"', selected):
            for alternative in pattern.split("|"):
                found = [a for a in from_rules("alert") if re.fullmatch(alternative, a)]
                assert found, f"{name}: no alert is called {alternative}"


@each_board
def test_runbooks_that_are_linked_exist(board: Board):
    for panel in board.panels:
        named = re.findall(r"docs/runbooks/(\w+)\.md", panel["description"])
        linked = [re.findall(r"/(\w+)\.md$", link["url"])[0] for link in panel.get("links", [])]
        assert linked == named, panel["title"]
        for runbook in named:
            assert (ROOT / "docs" / "runbooks" / f"{runbook}.md").is_file(), panel["title"]
