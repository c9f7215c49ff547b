"""The dashboards as tests see them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# What Grafana puts in: every city, a rate over some scrapes, the time that is shown.
VALUES = {"$city": ".+", "$__rate_interval": "30s", "$__range": "1h"}
_SELECTOR = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)\{([^}]*)\}")


@dataclass(frozen=True)
class Query:
    board: str
    panel: str
    ref: str
    expression: str

    def __str__(self) -> str:
        return f"{self.board}: {self.panel} {self.ref}"

    @property
    def filled(self) -> str:
        filled = self.expression
        for variable, value in VALUES.items():
            filled = filled.replace(variable, value)
        return filled

    @property
    def selectors(self) -> list[tuple[str, str]]:
        """Every metric with what it is selected by."""
        return _SELECTOR.findall(self.expression)


@dataclass(frozen=True)
class Board:
    path: Path
    read: dict[str, Any] = field(repr=False)

    def __str__(self) -> str:
        return self.path.stem

    @cached_property
    def panels(self) -> list[dict[str, Any]]:
        """Without the rows, which only have a title."""
        return [panel for panel in self.read["panels"] if panel["type"] != "row"]

    def queries(self) -> Iterator[Query]:
        for panel in self.panels:
            for target in panel["targets"]:
                yield Query(str(self), panel["title"], target["refId"], target["expr"])
        for one in self.read["annotations"]["list"]:
            yield Query(str(self), f"annotation {one['name']}", "", one["expr"])


BOARDS = [
    Board(path, json.loads(path.read_text()))
    for path in sorted((ROOT / "charts").glob("*/dashboards/*.json"))
]
QUERIES = [query for board in BOARDS for query in board.queries()]


def from_rules(keyword: str) -> set[str]:
    """The names that follow `record:` or `alert:` in the charts' rules."""
    return {
        name
        for path in (ROOT / "charts").glob("*/alerts/*.yaml")
        for name in re.findall(rf"^\s*-?\s*{keyword}: *(\S+)", path.read_text(), re.MULTILINE)
    }
