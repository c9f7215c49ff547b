"""Several commands of `manage.py` in one process, as every start of Django takes a second:

python -m cinema.demo.commands migrate --noinput -- seed --city kazan
"""

import os
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby

SEPARATOR = "--"


def joined(commands: Sequence[Sequence[str]]) -> list[str]:
    """The arguments that make this module run the commands, one after the other."""
    arguments: list[str] = []
    for command in commands:
        arguments += [SEPARATOR, *command] if arguments else command
    return arguments


def _separate(arguments: Sequence[str]) -> Iterator[list[str]]:
    for is_separator, words in groupby(arguments, lambda word: word == SEPARATOR):
        if not is_separator:
            yield list(words)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cinema.settings")
    from cinema.management.commanding import Commands

    for command in _separate(sys.argv[1:]):
        Commands(["manage.py", *command]).execute()
        sys.stdout.flush()


if __name__ == "__main__":
    main()
