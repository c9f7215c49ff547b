#!/usr/bin/env python3
"""Runs the provider's commands: `./manage.py help` lists them."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cinema.settings")
    from cinema.management.commanding import Commands

    Commands(sys.argv).execute()


if __name__ == "__main__":
    main()
