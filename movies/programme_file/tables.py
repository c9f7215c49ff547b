"""Files as rows of cells. Read without tablib, which forgets on which line of a file a row was.

openpyxl is loaded when a workbook is read or written: it takes 8 MB, which most web processes never
need.
"""

import csv
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from itertools import islice
from pathlib import PurePath
from typing import Any
from zipfile import ZipFile

from django.utils.translation import gettext as _
from tablib import Dataset

from movies.programme_file.columns import KNOWN, REQUIRED
from movies.programme_file.mistakes import FileUnusable, Mistake

SEPARATORS = (",", ";", "\t")
KINDS = ("xlsx", "csv")

MOST_ROWS = 20_000
MOST_NAMED = 10
"""Unknown columns that one sentence names."""
MOST_STRAYS = 1000
"""Values in columns without a name that are told; more of them is another kind of table."""

# What a small file may turn into when it is read: a workbook's rows and cells may stand anywhere on
# its sheet, and its parts are packed.
MOST_CELLS = 1_000_000
MOST_UNPACKED = 32 * 1024 * 1024
# openpyxl makes an object of every element before the first row can be counted. A full file of
# MOST_ROWS has a million of cells, values and texts; the others say how it looks, are some
# thousands, and take up to 40 µs each.
MOST_ELEMENTS = 1_100_000
MOST_OTHER_ELEMENTS = 20_000
_ELEMENT = re.compile(rb"<(?!/)")
_OTHER_ELEMENT = re.compile(rb"<(?!/|(?:\w+:)?(?:row|c|v|f|is|si|t)[\s/>])")
# It would make many of few. In UTF-16 there are zeros between the letters.
_DOCTYPE = re.compile(rb"<\0?!\0?D\0?O\0?C\0?T\0?Y\0?P\0?E")

Cells = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Row:
    """`cells`: by column, those that are not empty."""

    line: int
    cells: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    rows: list[Row]
    mistakes: list[Mistake]


def read_table(content: bytes, file_name: str) -> Table:
    """The rows of a file that aren't empty. Raises FileUnusable."""
    lines = _bounded(_reader(file_name)(content))
    _line, first = next(_filled(lines), (0, ()))
    header = _header(first)
    table = Table([], [])
    for line, cells in _filled(lines):
        table.mistakes.extend(islice(_strays(line, cells, header), MOST_STRAYS + 1))
        if len(table.mistakes) > MOST_STRAYS:
            raise FileUnusable(
                _(
                    "More than %(limit)d cells stand in columns that have no name in the first "
                    "row: name the columns, or empty them."
                )
                % {"limit": MOST_STRAYS}
            )
        if len(table.rows) == MOST_ROWS:
            raise FileUnusable(
                _("The file has more than %(limit)d rows: split it.") % {"limit": MOST_ROWS}
            )
        named = zip(header, cells, strict=False)
        table.rows.append(
            Row(line, {name: cell for name, cell in named if name and not _empty(cell)})
        )
    return table


def _strays(line: int, cells: Cells, header: Sequence[str]) -> Iterator[Mistake]:
    reason = _("stands in a column that has no name in the first row")
    for place, cell in enumerate(cells):
        if not _empty(cell) and not (place < len(header) and header[place]):
            yield Mistake(line, str(place + 1), cell, reason)


def write_table(header: Sequence[str], rows: Iterable[Cells], file_name: str) -> bytes:
    """The content of such a file. Raises FileUnusable for another extension."""
    _reader(file_name)
    dataset = Dataset(*rows, headers=header, title=_("Programme"))
    if _extension(file_name) == ".xlsx":
        return bytes(dataset.export("xlsx"))
    return str(dataset.export("csv")).encode("utf-8-sig")  # Excel takes it for UTF-8 by the mark


def _extension(file_name: str) -> str:
    return PurePath(file_name).suffix.lower()


def _reader(file_name: str) -> Any:
    readers = {".csv": _csv_lines, ".xlsx": _xlsx_lines}
    if reader := readers.get(_extension(file_name)):
        return reader
    raise FileUnusable(_("A programme is a .csv or an .xlsx file: save it as one of them."))


def _csv_lines(content: bytes) -> Iterator[tuple[int, Cells]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileUnusable(
            _("The file is not UTF-8 text: save it in Excel as “CSV UTF-8”, or as .xlsx.")
        ) from error
    first_line = text.lstrip().partition("\n")[0]
    separator = max(SEPARATORS, key=first_line.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise FileUnusable(
            _("The row that begins on line %(line)d can't be read (%(why)s): mend its quotes.")
            % {"line": line, "why": error}
        ) from error


def _xlsx_lines(content: bytes) -> Iterator[tuple[int, Cells]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and the like
            _refuse_bomb(content)
            from openpyxl import load_workbook  # type: ignore[import-untyped]

            book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # which some programs write wrong
            yield from enumerate(sheet.iter_rows(values_only=True), start=1)
    except FileUnusable:
        raise
    except Exception as error:  # openpyxl has no error of its own for a broken file
        raise FileUnusable(
            _("The file is not an Excel workbook or is damaged: save it anew as .xlsx.")
        ) from error


def _refuse_bomb(content: bytes) -> None:
    """First by the sizes that it names itself: nothing is unpacked beyond them."""
    elements = others = 0
    with ZipFile(BytesIO(content)) as parts:
        if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
            raise _too_large()
        for part in parts.infolist():
            unpacked = parts.read(part)
            elements += len(_ELEMENT.findall(unpacked))
            others += len(_OTHER_ELEMENT.findall(unpacked))
            too_many = elements > MOST_ELEMENTS or others > MOST_OTHER_ELEMENTS
            if too_many or _DOCTYPE.search(unpacked):
                raise _too_large()


def _bounded(lines: Iterable[tuple[int, Cells]]) -> Iterator[tuple[int, Cells]]:
    read = 0
    for line, cells in lines:
        read += len(cells) or 1  # a row far below has empty ones above it
        if read > MOST_CELLS:
            raise _too_large()
        yield line, cells


def _too_large() -> FileUnusable:
    return FileUnusable(
        _("The table is too large: copy what is filled into a new file and save that.")
    )


def _filled(lines: Iterable[tuple[int, Cells]]) -> Iterator[tuple[int, Cells]]:
    return ((line, cells) for line, cells in lines if not all(map(_empty, cells)))


def _empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _header(cells: Cells) -> list[str]:
    names = ["" if cell is None else str(cell).strip().lower() for cell in cells]
    if missing := [name for name in REQUIRED if name not in names]:
        raise FileUnusable(
            _(
                "The first row has no column %(missing)s: start from a file that "
                "export_programme wrote, or add it."
            )
            % {"missing": ", ".join(missing)}
        )
    if unknown := [name for name in names if name and name not in KNOWN]:
        raise FileUnusable(
            _("The column %(unknown)s is not known: rename or delete it; known are %(known)s.")
            % {"unknown": ", ".join(unknown[:MOST_NAMED]), "known": ", ".join(sorted(KNOWN))}
        )
    if twice := sorted(name for name, count in Counter(filter(None, names)).items() if count > 1):
        raise FileUnusable(
            _("The column %(twice)s is there twice: delete one.") % {"twice": ", ".join(twice)}
        )
    return names
