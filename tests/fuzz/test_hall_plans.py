"""The hall editor's script sends JSON: any plan is drawn or refused, never half drawn."""

import json

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from movies.models import Hall
from movies.seat_plan import version_of
from tests.fuzz.size import often
from tests.fuzz.stored import Stored
from tests.fuzz.strange import anything, json_values, refusing
from tests.making import make_category, make_hall
from tests.office import director

pytestmark = pytest.mark.django_db(transaction=True)

seats = st.fixed_dictionaries(
    {
        "id": st.none() | st.integers(-1, 30) | json_values,
        "row": anything,
        "number": st.integers(-1, 30) | st.integers(),
        "x": st.integers(-1, 30) | st.integers(),
        "y": st.integers(-1, 30) | st.integers(),
        "category_id": st.integers(0, 2) | st.integers(),
        "wheelchair": st.booleans() | json_values,
    }
)


@often(40)
@given(plan=st.lists(seats | json_values, max_size=4) | json_values)
def test_any_plan_of_a_hall_is_drawn_or_refused(plan):
    make_category()
    client = director()
    client.raise_request_exception = False
    hall = Hall.objects.first() or make_hall(rows=1, seats=2)
    version = version_of(list(hall.seats.order_by("y", "x")))
    stored = Stored()
    with refusing():
        answer = client.post(
            reverse("admin:hall_editor", args=[hall.pk]),
            json.dumps({"version": version, "seats": plan}),
            content_type="application/json",
        )
    assert answer.status_code < 500, plan
    if answer.status_code >= 400:
        assert not stored.changes()
