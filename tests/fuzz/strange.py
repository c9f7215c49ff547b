"""What Hypothesis makes up: texts, bytes and JSON of strangers."""

from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import strategies as st

from tests.fuzz.hostile import VALUES
from tests.fuzz.size import asked

# Half a surrogate pair, NUL and all: what a JSON string or a header may hold.
anything = st.text() | st.sampled_from(VALUES)
raw = st.binary(max_size=300) | anything.map(lambda text: text.encode(errors="surrogatepass"))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | anything,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(anything, inner, max_size=4),
    max_leaves=12,
)
NESTED = "[" * 100_000


@contextmanager
def refusing(*kinds: type[Exception]) -> Iterator[None]:
    """A value for a parser. It may refuse it, in the way its callers expect and in one sentence."""
    asked["values to parsers"] += 1
    try:
        yield
    except kinds as refused:
        said = str(refused)
        if not said or "\n" in said:
            raise
