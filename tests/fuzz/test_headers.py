"""Headers and cookies are words of strangers, too: whatever they hold, the contract answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.size import often
from tests.fuzz.stored import Stored
from tests.fuzz.strange import anything, refusing
from tests.making import make_hall, make_seance, seat_ids

pytestmark = pytest.mark.django_db(transaction=True)

# As servers give them on: bytes, each a sign.
words = anything.map(lambda text: text.encode(errors="surrogatepass").decode("latin-1"))
words |= st.text(st.characters(max_codepoint=255), max_size=300)
NAMES = [
    "HTTP_ACCEPT",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_AUTHORIZATION",
    "HTTP_COOKIE",
    "HTTP_IF_NONE_MATCH",
    "HTTP_RANGE",
    "HTTP_TRACEPARENT",
    "HTTP_X_CONSISTENCY_TOKEN",
    "HTTP_X_DEADLINE_MS",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_REQUEST_ID",
    "QUERY_STRING",
]
COOKIES = ["sessionid", "csrftoken", "consistency_token", "django_language"]
headers = st.dictionaries(st.sampled_from(NAMES), words, max_size=4)
cookies = st.tuples(st.sampled_from(COOKIES), words).map(lambda both: f'{both[0]}="{both[1]}"')


@often(80)
@given(given_headers=headers, cookie=cookies | st.none())
def test_a_listing_is_answered_whatever_the_headers(api, given_headers, cookie):
    if cookie is not None:
        given_headers = {**given_headers, "HTTP_COOKIE": cookie}
    with refusing():
        answer = api.get("/movies", **given_headers)
    # 401: credentials that are none. 422: a query that is none.
    assert answer.status_code in (200, 304, 401, 422)
    assert answer["X-Request-ID"].isprintable()


@often(60)
@given(key=words, given_headers=headers)
def test_any_key_sells_once_or_is_refused_and_nothing_sold(api, key, given_headers):
    seance = make_seance(hall=make_hall(rows=1, seats=1))
    body = {"email": "a@b.org", "seatsIds": seat_ids(seance), "seance_id": seance.pk}
    given_headers = {**given_headers, "HTTP_IDEMPOTENCY_KEY": key}
    stored = Stored()
    with refusing():
        answers = [api.post("/bookings", body, format="json", **given_headers) for _ in "12"]
    first, second = answers
    if first.status_code == 201:
        assert (second.status_code, second.content) == (201, first.content)
    else:
        assert first.status_code in (401, 422)
        assert first.json()["errors"]
        assert not stored.changes()
    assert seance.tickets.count() == (first.status_code == 201)
