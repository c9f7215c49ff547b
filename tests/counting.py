"""What changes on a page of metrics while something is done."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client.parser import text_string_to_metric_families

from cinema import metrics


def samples(page: bytes) -> dict[str, float]:
    """Of a page: `name{label="value",…}`, its labels in the order of their names, to the value."""
    return {
        _written(sample.name, sample.labels): sample.value
        for family in text_string_to_metric_families(page.decode())
        for sample in family.samples
    }


def _written(name: str, labels: dict[str, str]) -> str:
    inside = ",".join(f'{label}="{labels[label]}"' for label in sorted(labels))
    return f"{name}{{{inside}}}" if inside else name


@contextmanager
def counted() -> Iterator[dict[str, float]]:
    """Filled at the end: by how much each sample of this process has grown."""
    grown: dict[str, float] = {}
    before = samples(metrics.of_web_server())
    yield grown
    after = samples(metrics.of_web_server())
    grown |= {
        name: value - before.get(name, 0)
        for name, value in after.items()
        if value != before.get(name, 0)
    }
