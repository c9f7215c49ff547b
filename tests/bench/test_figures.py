"""What is made of figures: medians of ratios, a verdict, a table, a file, a picture."""

import json
from io import StringIO
from xml.etree import ElementTree

import pytest
from rich.console import Console

from cinema.demo.stopping import Stop
from loadtest.bench.effort import QUICK
from loadtest.bench.memory import growth
from loadtest.bench.picture import LONGEST, picture, share_of_goal
from loadtest.bench.report import as_json, table
from loadtest.bench.rounds import Measure, Result, measured

MACHINE = {"processor": "Z80", "cores": 1, "postgresql": "18", "load_before": 0.0}


def compared(product: list[float], yardstick: list[float], goal: float = 0.5, **more) -> Result:
    measure = Measure("P1", "films <&>", "req/s", goal, lambda: 0, lambda: 0, "an app", **more)
    return Result(measure, product, yardstick)


def alone(figure: float, goal: float) -> Result:
    return Result(Measure("P8", "memory", "MB", goal, lambda: 0, at_most=True), [figure], [])


def test_product_and_yardstick_take_turns_and_the_first_of_each_only_warms_up():
    turns, figures = [], iter(range(100))

    def figure(name: str) -> float:
        turns.append(name)
        return next(figures)

    measure = Measure("P1", "", "", 1, lambda: figure("product"), lambda: figure("yardstick"))
    result = measured(measure, 2, Stop())
    assert turns == ["product", "yardstick"] * 3
    assert (result.product, result.yardstick) == ([2, 4], [3, 5])


def test_the_ratio_is_the_median_of_the_rounds_and_not_of_all_figures():
    result = compared([10, 100, 30], [20, 100, 100])
    assert result.values == [0.5, 1.0, 0.3]
    assert result.value == 0.5


@pytest.mark.parametrize(("figure", "reached"), [(49, False), (50, True), (51, True)])
def test_a_goal_is_reached_from_its_bound_on(figure, reached):
    assert compared([figure], [100]).reached is reached


@pytest.mark.parametrize(("figure", "reached"), [(119, True), (120, True), (121, False)])
def test_a_bound_is_kept_up_to_it(figure, reached):
    assert alone(figure, 120).reached is reached


def test_a_picture_shows_twice_the_speed_and_half_the_memory_alike():
    assert share_of_goal(compared([100], [100])) == share_of_goal(alone(60, 120)) == 2


def test_a_picture_has_a_bar_for_each_result_and_none_leaves_it():
    results = [compared([10], [100]), compared([9000], [100]), alone(60, 120)]
    drawn = ElementTree.fromstring(picture(results))  # noqa: S314 our own
    width = float(drawn.get("viewBox").split()[2])
    bars = [one for one in drawn if one.tag.endswith("rect")]
    assert [bar.get("class") for bar in bars] == ["missed", "reached", "reached"]
    assert all(float(bar.get("x")) + float(bar.get("width")) < width for bar in bars)
    assert float(bars[0].get("width")) * LONGEST * 5 == pytest.approx(
        float(bars[1].get("width")), rel=0.02
    )
    assert any(text.text == "P1  films <&>" for text in drawn.iter())


def test_the_table_says_what_was_missed():
    printed = StringIO()
    results = [compared([10], [100]), alone(60, 120)]
    Console(width=160, file=printed).print(table(results, MACHINE, QUICK))
    missed, reached = [line for line in printed.getvalue().splitlines() if " P" in line[:4]]
    assert "0.10" in missed
    assert "≥ 0.5" in missed
    assert "missed" in missed
    assert "≤ 120 MB" in reached
    assert "reached" in reached


def test_the_file_has_every_figure():
    [entry] = json.loads(as_json([compared([10, 20], [100, 100])], MACHINE, QUICK))["results"]
    assert entry["product"] == [10, 20]
    assert entry["yardstick"] == [100, 100]
    assert entry["ratio"] == {"median": 0.15, "lowest": 0.1, "highest": 0.2}
    assert entry["reached"] is False


def test_memory_that_grew_while_caches_were_filled_is_flat():
    assert growth([50, 80, 100, 100, 100, 100]) == 1


def test_memory_that_goes_on_growing_is_not():
    assert growth([80, 90, 100, 110, 120, 130]) > 1.1
