"""Tables of figures: shown on pages, downloaded as files."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from typing import Any

import tablib
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import Promise

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
XLSX_LIMIT = 20_000
"""Rows: every cell of a workbook is kept in memory until it is written."""

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
) -> HttpResponseBase:
    """A file that spreadsheets open as it is: numbers are numbers, and CSV has UTF-8's mark."""
    titles = [str(title) for title in head]
    cells = ([_cell(value) for value in row] for row in rows)
    answer: HttpResponseBase
    if format == "csv":
        answer = StreamingHttpResponse(_csv(titles, cells), content_type=FORMATS[format])
    else:
        workbook = tablib.Dataset(*cells, headers=titles).export(format)
        answer = HttpResponse(workbook, content_type=FORMATS[format])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{format}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _csv(titles: list[str], rows: Iterable[list[Any]]) -> Iterator[str]:
    """A thousand rows at a time."""
    written = StringIO("\ufeff")
    written.read()
    writer = csv.writer(written)
    writer.writerow(titles)
    for number, row in enumerate(rows, 1):
        writer.writerow(row)
        if number % 1000 == 0:
            yield written.getvalue()
            written.seek(0)
            written.truncate()
    yield written.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, (int, Decimal)):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
