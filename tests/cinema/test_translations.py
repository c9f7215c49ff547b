"""The Russian texts: there is one for everything that people read, and they are compiled.

After a change: `manage.py makemessages -l ru`, translate, `manage.py compilemessages`. Both need
the programs of GNU gettext; these tests don't, so that they run everywhere.
"""

import ast
import gettext
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation.template import templatize

PROVIDER = ("cinema", "movies", "bookings")
SITE = ("aggregator",)
MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
# `templatize` turns a template into calls like these, between filler.
TEMPLATE_CALL = re.compile(r"""(?:\b_|\bn?gettext)\(u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


@dataclass
class Message:
    said: dict[str, str] = field(default_factory=dict)  # by keyword: msgid, msgstr, msgstr[0], …
    fuzzy: bool = False

    @property
    def key(self) -> str:
        context = self.said.get("msgctxt")
        return f"{context}\x04{self.said['msgid']}" if context else self.said["msgid"]

    @property
    def forms(self) -> list[str]:
        return [text for keyword, text in self.said.items() if keyword.startswith("msgstr")]


@pytest.fixture(params=[PROVIDER, SITE], ids=["provider", "site"])
def packages(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Of each of the two that are deployed; the first has the texts."""
    return request.param


def texts_of(packages: tuple[str, ...]) -> Path:
    return settings.BASE_DIR / packages[0] / "locale" / "ru" / "LC_MESSAGES"


def read_messages(packages: tuple[str, ...]) -> list[Message]:
    messages, keyword = [Message()], ""
    for line in (texts_of(packages) / "django.po").read_text().splitlines():
        if line.startswith("#,"):
            messages[-1].fuzzy = "fuzzy" in line
        elif not line:
            messages.append(Message())
        elif not line.startswith("#"):
            if not line.startswith('"'):
                keyword, _space, line = line.partition(" ")
            messages[-1].said[keyword] = messages[-1].said.get(keyword, "") + ast.literal_eval(line)
    return [message for message in messages if message.said]


def marked_in_code(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in MARKS:
            continue
        texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        if not texts:
            continue  # a text of the database, e.g. a permission's name
        with_context = getattr(node.func, "id", "").startswith("pgettext")
        yield "\x04".join(map(str, texts[:2])) if with_context else str(texts[0])


def marked_in_template(path: Path) -> Iterator[str]:
    for text in TEMPLATE_CALL.findall(templatize(path.read_text(), origin=str(path))):
        yield ast.literal_eval(text)


def marked(packages: tuple[str, ...]) -> Iterator[str]:
    for package in packages:
        for path in (settings.BASE_DIR / package).rglob("*.py"):
            if "migrations" not in path.parts:
                yield from marked_in_code(path)
        for path in (settings.BASE_DIR / package).rglob("templates/**/*.html"):
            yield from marked_in_template(path)


def test_every_marked_text_has_a_translation(packages):
    translated = {
        message.key
        for message in read_messages(packages)
        if all(message.forms) and not message.fuzzy
    }
    assert set(marked(packages)) - translated == set()


def test_translations_keep_their_placeholders(packages):
    for message in read_messages(packages)[1:]:
        wanted = set(PLACEHOLDER.findall(message.said.get("msgid_plural", message.said["msgid"])))
        for text in message.forms:
            assert set(PLACEHOLDER.findall(text)) == wanted, message.key


def test_plurals_have_the_three_forms_of_russian(packages):
    for message in read_messages(packages):
        if "msgid_plural" in message.said:
            assert len(message.forms) == 3, message.key


def test_the_compiled_texts_are_those_of_the_source(packages):
    messages = read_messages(packages)
    compiled_texts = texts_of(packages) / "django.mo"
    content = compiled_texts.read_bytes()
    assert struct.unpack("<I", content[8:12])[0] == len(messages), "run manage.py compilemessages"
    with compiled_texts.open("rb") as compiled:
        russian = gettext.GNUTranslations(compiled)
    for message in messages[1:]:
        one, many = message.key, message.said.get("msgid_plural")
        if many:
            found = [russian.ngettext(one, many, number) for number in (1, 2, 5)]
        else:
            found = [russian.gettext(one)]
        assert found == message.forms, "run manage.py compilemessages"
