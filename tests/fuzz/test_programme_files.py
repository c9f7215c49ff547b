"""A programme from strangers is a table, or every mistake is named and nothing is imported."""

import io
import uuid
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from movies.programme_file.columns import KNOWN, REQUIRED
from movies.programme_file.importing import import_programme
from movies.programme_file.mistakes import FileUnusable, Mistaken
from movies.programme_file.tables import read_table, write_table
from tests.fuzz.hostile import FILES
from tests.fuzz.size import often
from tests.fuzz.stored import Stored
from tests.fuzz.strange import anything, raw, refusing
from tests.making import make_hall

cells = anything.filter(lambda text: len(text) < 1000)
rows = st.lists(st.lists(cells, max_size=len(KNOWN) + 2), max_size=5)
good_cells = {
    "name": "Аэлита",
    "year": "1924",
    "hall": "Зал",
    "date": "2100-01-01",
    "time": "18:30",
    "price": "250",
}


@pytest.mark.django_db
@often(60)
@given(content=raw | st.sampled_from([content for _name, content in FILES]), name=anything)
def test_a_programme_of_any_bytes_is_a_table_or_unusable(content, name):
    for file_name in (name, "a.csv", "a.xlsx"):
        with refusing(FileUnusable):
            read_table(content, file_name)


@pytest.mark.django_db(transaction=True)
@often(40)
@given(
    changes=st.dictionaries(st.sampled_from(sorted(KNOWN)), cells, max_size=3),
    kind=st.sampled_from(["csv", "xlsx"]),
)
def test_a_wrong_cell_is_named_and_nothing_is_imported(changes, kind):
    make_hall(name=f"Зал {uuid.uuid4()}")
    columns = [*REQUIRED, *sorted(changes.keys() - set(REQUIRED))]
    # As somebody types it: what a spreadsheet can't hold isn't in the file.
    row = [_typed({**good_cells, **changes}[column]) for column in columns]
    content = write_table(columns, [row], f"a.{kind}")
    stored = Stored()
    with refusing(FileUnusable, Mistaken):
        import_programme(content, f"a.{kind}")
        return
    assert not stored.changes()


def _typed(text: str) -> str:
    kept = text.encode(errors="ignore").decode()
    return "".join(sign for sign in kept if sign.isprintable())[:1000]


@often(60)
@given(data=st.data())
def test_a_damaged_workbook_is_unusable(data):
    content = bytearray(write_table(sorted(KNOWN), [["1"] * len(KNOWN)], "a.xlsx"))
    for _byte in range(data.draw(st.integers(1, 20))):
        place = data.draw(st.integers(0, 100_000)) % len(content)
        content[place] = data.draw(st.integers(0, 255))
    _read_workbook(bytes(content))


@often(30)
@given(part=st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml"]), content=raw)
def test_a_workbook_with_any_part_is_unusable(part, content):
    whole = zipfile.ZipFile(io.BytesIO(write_table(sorted(KNOWN), [], "a.xlsx")))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as forged:
        for name in whole.namelist():
            forged.writestr(name, content if name == part else whole.read(name))
    _read_workbook(made.getvalue())


def _read_workbook(content: bytes) -> None:
    with refusing(FileUnusable):
        read_table(content, "a.xlsx")
