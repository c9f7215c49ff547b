from pathlib import Path

import pytest

from tests.pipeline.programs import Programs


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    directory = tmp_path / "bin"
    directory.mkdir()
    return Programs(directory)
