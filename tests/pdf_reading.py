"""Reads back the PDFs that we make: their pages, texts, title and pictures. Knows no others."""

import base64
import re
import zlib
from dataclasses import dataclass

Cell = tuple[int, int]


@dataclass(frozen=True)
class Pdf:
    """`pages`: the texts of each, in the order drawn. `pictures`: of each QR code its dark modules
    as (column, row), row 0 on top. `title`, `language`: what readers and screen readers show."""

    pages: list[list[str]]
    pictures: list[set[Cell]]
    title: str
    language: str


def read_pdf(content: bytes) -> Pdf:
    assert content.startswith(b"%PDF-")
    objects = {
        int(number): body
        for number, body in re.findall(rb"(\d+) 0 obj\n(.*?)endobj", content, re.DOTALL)
    }
    fonts = _fonts(objects)
    drawn = [
        _stream(objects[int(number)])
        for body in objects.values()
        if b"/Type /Page\n" in body
        for number in re.findall(rb"/Contents (\d+) 0 R", body)
    ]
    whole = b"".join(objects.values())
    return Pdf(
        pages=[_texts(page, fonts) for page in drawn],
        pictures=[picture for page in drawn for picture in _pictures(page)],
        title=_information(re.search(rb"/Title \((.*?[^\\])\)", whole)[1]),
        language=re.search(rb"/Lang \((\w+)\)", whole)[1].decode(),
    )


def _stream(body: bytes) -> bytes:
    head, _start, rest = body.partition(b"stream\n")
    found = rest[: rest.rindex(b"endstream")]
    if b"/ASCII85Decode" in head:
        found = base64.a85decode(found.strip().removesuffix(b"~>"))
    return zlib.decompress(found)


def _fonts(objects: dict[int, bytes]) -> dict[bytes, dict[int, str]]:
    """What each byte means, by the font's name: the map that a reader copies text with."""
    found = {}
    for body in objects.values():
        if named := re.search(rb"/Name /(\S+).*?/ToUnicode (\d+) 0 R", body, re.DOTALL):
            table = _stream(objects[int(named[2])])
            found[named[1]] = {
                int(byte, 16): chr(int(letter, 16))
                for byte, letter in re.findall(rb"<(\w\w)> <(\w{4})>", table)
            }
    return found


def _texts(page: bytes, fonts: dict[bytes, dict[int, str]]) -> list[str]:
    lines: list[str] = []
    for block in re.findall(rb"^BT (.*?) T\* ET$", page, re.DOTALL | re.MULTILINE):
        pieces = re.findall(rb"/(\S+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) Tj", block, re.DOTALL)
        line, font = "", b""
        for name, shown in pieces:
            font = name or font
            line += "".join(fonts[font][byte] for byte in _unescaped(shown))
        lines.append(line)
    return [line for line in lines if line]


def _unescaped(text: bytes) -> bytes:
    named = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
    return re.sub(
        rb"\\([0-7]{3}|.)",
        lambda found: (
            bytes([int(found[1], 8)]) if found[1].isdigit() else named.get(found[1], found[1])
        ),
        text,
        flags=re.DOTALL,
    )


def _information(written: bytes) -> str:
    found = _unescaped(written)
    return found.decode("utf-16" if found.startswith(b"\xfe\xff") else "latin-1")


def _pictures(page: bytes) -> list[set[Cell]]:
    """A picture is a path of rectangles, each a run of modules."""
    number = rb"-?[\d.]+"
    runs = re.findall(rb"((?:%b %b %b %b re\s+)+)f" % ((number,) * 4), page)
    return [_cells(re.findall(rb"(%b) (%b) (%b) (%b) re" % ((number,) * 4), run)) for run in runs]


def _cells(rectangles: list[tuple[bytes, ...]]) -> set[Cell]:
    known = [tuple(map(float, rectangle)) for rectangle in rectangles]
    size = known[0][3]
    left, top = min(x for x, *_ in known), max(y for _, y, *_ in known)
    return {
        (round((x - left) / size) + column, round((top - y) / size))
        for x, y, width, _height in known
        for column in range(round(width / size))
    }
