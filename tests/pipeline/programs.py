"""Programs that the pipeline's scripts call, replaced by ones that write down how."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

_PROGRAM = """#!{python}
import json, pathlib, sys
here = pathlib.Path(__file__)
with here.with_suffix(".calls").open("a") as calls:
    calls.write(json.dumps(sys.argv[1:]) + "\\n")
answers = json.loads(here.with_suffix(".answers").read_text())
for word, answer in answers.items():
    if word in sys.argv[1:]:
        said, code = answer.pop(0) if len(answer) > 1 else answer[0]
        here.with_suffix(".answers").write_text(json.dumps(answers))
        print(said)
        sys.exit(code)
"""


@dataclass
class Programs:
    """A directory in front of PATH."""

    directory: Path

    def replace(self, name: str, **answers: list[tuple[str, int]]) -> None:
        """`name` answers, by the word that it is called with, one text and exit code after the
        other, the last one again and again; to anything else nothing and 0."""
        program = self.directory / name
        program.write_text(_PROGRAM.format(python=sys.executable))
        program.chmod(0o755)
        program.with_suffix(".answers").write_text(json.dumps(answers))

    def calls(self, name: str, word: str) -> list[list[str]]:
        """How `name` was called with `word` among its arguments."""
        calls = (self.directory / name).with_suffix(".calls")
        lines = calls.read_text().splitlines() if calls.exists() else []
        return [call for call in map(json.loads, lines) if word in call]

    def run(
        self, *command: str, cwd: Path = ROOT, path: str = os.environ["PATH"], **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Both outputs are in `stdout`, as in a log. No real pipeline's variables are inherited."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("CI_", "IMAGE_", "REGISTRY_", "KUBE"))
        }
        return subprocess.run(
            command,
            cwd=cwd,
            env=inherited | {"PATH": f"{self.directory}:{path}"} | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
