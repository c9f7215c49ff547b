"""The Dockerfile, as far as tests have to understand it."""

import re
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
_STAGE = re.compile(r"(\S+) AS (\S+)")


@dataclass
class Stage:
    name: str
    base: str
    instructions: list[tuple[str, str]] = field(default_factory=list)

    def all(self, keyword: str) -> list[str]:
        return [value for word, value in self.instructions if word == keyword]


def stages() -> dict[str, Stage]:
    """In the file's order."""
    found: dict[str, Stage] = {}
    for keyword, value in _instructions():
        if keyword == "FROM":
            base, name = _STAGE.fullmatch(value).groups()
            found[name] = Stage(name, base)
        elif found:
            found[name].instructions.append((keyword, value))
    return found


def first_arguments() -> dict[str, str]:
    """Those that stand before any stage."""
    arguments = {}
    for keyword, value in _instructions():
        if keyword == "FROM":
            break
        name, _, default = value.partition("=")
        arguments[name] = default
    return arguments


def lineage(stage: Stage) -> list[Stage]:
    """The stage, then what it builds upon."""
    known = stages()
    line = [stage]
    while line[-1].base in known:
        line.append(known[line[-1].base])
    return line


def sources() -> set[str]:
    """What is copied from the project."""
    copies = [copy.split() for stage in stages().values() for copy in stage.all("COPY")]
    return {name for words in copies if "--from" not in words[0] for name in words[:-1]}


def is_sent(path: str) -> bool:
    """Whether .dockerignore lets a path be part of the image."""
    sent = True
    for pattern in (PROJECT / ".dockerignore").read_text().splitlines():
        if pattern and not pattern.startswith("#") and _matches(pattern.lstrip("!"), path):
            sent = pattern.startswith("!")
    return sent


def _matches(pattern: str, path: str) -> bool:
    """A pattern takes what is below, too."""
    parts = path.split("/")
    above = ["/".join(parts[: count + 1]) for count in range(len(parts))]
    if pattern.startswith("**/"):
        return any(fnmatch(part, pattern[3:]) for part in parts)
    return any(one.count("/") == pattern.count("/") and fnmatch(one, pattern) for one in above)


def _instructions() -> list[tuple[str, str]]:
    text = (PROJECT / "Dockerfile").read_text()
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [
        (words[0], words[1].strip())
        for words in (line.split(maxsplit=1) for line in joined.splitlines())
        if len(words) == 2
    ]
