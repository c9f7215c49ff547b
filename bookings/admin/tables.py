"""Tables of figures: shown on pages, downloaded as files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import tablib
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# What a spreadsheet would run as a formula is written as text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Table:
    """`name`: what its file is called, and its id on the page; `words`: how many columns are no
    figures; `total`: a last row, if any."""

    name: str
    title: str | Promise
    head: Sequence[str | Promise]
    rows: Sequence[Sequence[Any]]
    total: Sequence[Any] | None = None
    words: int = 1


def format_of(request: HttpRequest) -> str:
    """The file's format that was asked for."""
    wanted = request.GET.get("format", "")
    return wanted if wanted in FORMATS else "csv"


def download(
    name: str, head: Sequence[str | Promise], rows: Iterable[Sequence[Any]], format: str
) -> HttpResponse:
    """A file that spreadsheets open as it is: numbers are numbers, and CSV has UTF-8's mark."""
    written = tablib.Dataset(headers=[str(title) for title in head])
    for row in rows:
        written.append([_cell(value) for value in row])
    content = written.export(format)
    if format == "csv":
        content = "\ufeff" + content
    answer = HttpResponse(content, content_type=FORMATS[format])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{format}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _cell(value: Any) -> Any:
    if isinstance(value, (int, Decimal)):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
