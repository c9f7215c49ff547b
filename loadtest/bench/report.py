"""What was measured: a table for people, JSON for programs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from loadtest.bench.effort import Effort
from loadtest.bench.rounds import Result

COLUMNS = ("", "what", "product", "yardstick", "", "ratio", "from – to", "goal", "")
FILE_WIDTH = 160


def table(results: Sequence[Result], machine: Mapping[str, Any], effort: Effort) -> Table:
    shown = Table(
        *COLUMNS,
        title=f"Medians of {effort.rounds} × {effort.seconds} s each, in alternation",
        caption=f"{machine['processor']}, {machine['cores']} cores; PostgreSQL"
        f" {machine['postgresql']}; load before: {machine['load_before']}",
    )
    for column in (2, 3, 5):
        shown.columns[column].justify = "right"
    for result in results:
        shown.add_row(*_row(result))
    return shown


def _row(result: Result) -> list[str]:
    measure, compared = result.measure, bool(result.yardstick)
    sign = "≤" if measure.at_most else "≥"
    spread = f"{min(result.values):.2f} – {max(result.values):.2f}"
    unit = "" if compared else f" {measure.unit}"
    return [
        measure.id,
        measure.what,
        f"{median(result.product):,.4g} {measure.unit}",
        f"{median(result.yardstick):,.4g} {measure.unit}" if compared else "",
        measure.against,
        f"{result.value:.2f}" if compared else "",
        spread if compared and len(result.values) > 1 else "",
        f"{sign} {measure.goal:g}{unit}",
        "[green]reached[/]" if result.reached else "[red]missed[/]",
    ]


def show(results: Sequence[Result], machine: Mapping[str, Any], effort: Effort) -> None:
    console = Console()
    if not console.is_terminal:  # a file has no width, and the table would be folded
        console.width = FILE_WIDTH
    console.print(table(results, machine, effort))


def as_json(results: Sequence[Result], machine: Mapping[str, Any], effort: Effort) -> str:
    content = {
        "measured_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "machine": dict(machine),
        "effort": asdict(effort),
        "results": [_entry(result) for result in results],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _entry(result: Result) -> dict[str, Any]:
    measure = result.measure
    entry: dict[str, Any] = {
        "id": measure.id,
        "what": measure.what,
        "unit": measure.unit,
        "product": [round(figure, 3) for figure in result.product],
        "goal": measure.goal,
        "at_most": measure.at_most,
        "value": round(result.value, 4),
        "reached": result.reached,
    }
    if result.yardstick:
        entry["against"] = measure.against
        entry["yardstick"] = [round(figure, 3) for figure in result.yardstick]
        entry["ratio"] = {
            "median": round(result.value, 4),
            "lowest": round(min(result.values), 4),
            "highest": round(max(result.values), 4),
        }
    return entry
