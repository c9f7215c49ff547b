"""The forms of a page, as a browser would send them, and what is made of them by somebody who
isn't one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from random import Random
from urllib.parse import parse_qsl, quote_plus, urljoin, urlsplit

from tests.fuzz.hostile import FILES, VALUES

Fields = list[tuple[str, str]]
BOUNDARY = "a-boundary-of-parts"
URLENCODED = "application/x-www-form-urlencoded"
CSRF = "csrfmiddlewaretoken"
OFTEN = [0, 1, 1, 1, 1, 2]
"""How often a field comes that is tampered with."""


@dataclass
class Form:
    """`action`: its address, as it stands in the page. `files`: names of fields that are files."""

    action: str = ""
    method: str = "get"
    fields: Fields = field(default_factory=list)
    files: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._select = ""
        self._by_id: dict[str, Form] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(form)
            self._by_id[given.get("id", "")] = form
        elif tag == "select":
            self._select = given.get("name", "")
            self._enter(given, self._select, "")
        elif tag == "option" and self._select and "selected" in given:
            self._enter({}, self._select, given.get("value", ""))
        elif tag in ("input", "button", "textarea"):
            self._enter(given, given.get("name", ""), given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""

    def _enter(self, given: dict[str, str], name: str, value: str) -> None:
        form = self._by_id.get(given.get("form", "")) or (self.forms or [None])[-1]
        if form is None or not name or name == CSRF:
            return
        if given.get("type") == "file":
            form.files.add(name)
        form.fields.append((name, value))


@dataclass
class Seen:
    forms: list[Form]
    links: list[str]

    @property
    def parameters(self) -> set[str]:
        """Of the page's own address, as its links and forms write them."""
        searches = [form for form in self.forms if form.method != "post"]
        found = {name for form in searches for name, _value in form.fields}
        for link in self.links:
            parts = urlsplit(link)
            if not parts.path and parts.query:
                found |= {name for name, _value in parse_qsl(parts.query, keep_blank_values=True)}
        return found


def seen(page: str) -> Seen:
    reader = _Reader()
    reader.feed(page)
    return Seen(reader.forms, reader.links)


def twisted(fields: Fields, known: Iterable[str], chance: Random, ids: list[str]) -> Fields:
    """The fields with some of them made hostile, missing, or there twice. `known`: names that the
    page reads besides. `ids`: of things that there are, so that some values lead somewhere."""
    names = sorted({name for name, _value in fields} | set(known))
    if not names:
        return [(chance.choice(VALUES), chance.choice(VALUES))]
    share = chance.choice([0.1, 0.3, 1.0])
    victims = {name for name in names if chance.random() < share} or {chance.choice(names)}
    made = [(name, value) for name, value in fields if name not in victims]
    for name in sorted(victims):
        pools = [VALUES if chance.random() < 0.8 else ids for _time in range(chance.choice(OFTEN))]
        made += [(name, chance.choice(pool)) for pool in pools]
    if chance.random() < 0.1:
        made.append((chance.choice(VALUES), chance.choice(VALUES)))
    return made


def urlencoded(fields: Fields) -> str:
    """Also what is no Unicode, as its bytes would be."""
    quoted = ((_quoted(name), _quoted(value)) for name, value in fields)
    return "&".join(f"{name}={value}" for name, value in quoted)


def _quoted(text: str) -> str:
    return quote_plus(text, errors="surrogatepass")


def multipart(fields: Fields, files: set[str], chance: Random) -> bytes:
    parts = []
    for name, value in fields:
        disposition = f'form-data; name="{_named(name)}"'
        content = value.encode(errors="surrogatepass")
        if name in files:
            file_name, content = chance.choice(FILES)
            disposition += f'; filename="{_named(file_name)}"'
        head = f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n\r\n"
        parts.append(head.encode(errors="surrogatepass") + content + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def _named(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "").replace("\n", "")


def sent(form: Form, fields: Fields, chance: Random) -> tuple[bytes, str]:
    """The body and its type."""
    if form.files:
        return multipart(fields, form.files, chance), f"multipart/form-data; boundary={BOUNDARY}"
    return urlencoded(fields).encode(), URLENCODED


def address(page: str, action: str) -> str:
    """Where a form of the page is sent; the page itself when that is elsewhere."""
    parts = urlsplit(urljoin(page, action))
    if parts.netloc != urlsplit(page).netloc:
        return page
    return parts.path + (f"?{parts.query}" if parts.query else "")
