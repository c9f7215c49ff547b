#!/usr/bin/env python3
"""Runs the provider's commands: `./manage.py help` lists them."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cinema.settings")
    from django.core.exceptions import ImproperlyConfigured

    from cinema.management.commanding import Commands

    try:
        Commands(sys.argv).execute()
    except ImproperlyConfigured as error:  # by whoever set the environment, who needs no traceback
        sys.exit(str(error))


if __name__ == "__main__":
    main()
