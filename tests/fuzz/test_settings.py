"""A wrong variable of the environment is one sentence for whoever set it."""

import json
import os
import runpy
from pathlib import Path
from unittest.mock import patch

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.size import often
from tests.fuzz.strange import anything, refusing

ROOT = Path(__file__).parents[2]
KAZAN = {"id": "kazan", "name": "Казань", "url": "http://a", "time_zone": "Europe/Moscow"}
KNOWN = {
    "SECRET_KEY": "0" * 50,
    "DATABASE_URL": "postgres://a@localhost/b",
    "CITIES": json.dumps([KAZAN]),
}
# No environment can hold others.
values = anything.filter(lambda text: text.isprintable())


def read(settings_file: str, **changes: str) -> dict:
    with patch.dict(os.environ, KNOWN | changes, clear=True):
        return runpy.run_path(str(ROOT / settings_file))


@pytest.mark.parametrize("settings_file", ["cinema/settings.py", "aggregator/settings.py"])
@often(150)
@given(data=st.data())
def test_a_wrong_setting_is_a_sentence(settings_file, data):
    names = sorted(KNOWN.keys() | read(settings_file)["env"].scheme.keys())
    name = data.draw(st.sampled_from(names))
    with refusing(ImproperlyConfigured):
        read(settings_file, **{name: data.draw(values)})


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("HOLD_MINUTES", "ten", "HOLD_MINUTES must be a whole number from 0 to 2147483647"),
        ("HOLD_MINUTES", "-1", "HOLD_MINUTES must be a whole number from 0 to 2147483647"),
        ("WRITE_TIMEOUT_SECONDS", "nan", "WRITE_TIMEOUT_SECONDS must be a number, 0 or more"),
        ("HTTPS", "yess", "HTTPS must be true or false, not 'yess'"),
        ("TIME_ZONE", "Mars", "TIME_ZONE must be a name like Europe/Moscow, not 'Mars'"),
        ("LANGUAGE", "tt", "LANGUAGE must be ru or en, not 'tt'"),
        ("EMAIL_URL", "pigeon://a", "EMAIL_URL must look like smtp+tls://"),
        ("DATABASE_URL", "mysql://a:secret@b/c", "DATABASE_URL must look like postgres://"),
        ("DATABASE_URL", "postgres://a:secret@b:99999/c", "DATABASE_URL must look like"),
        ("DATABASE_REPLICA_URLS", "postgres://a/b,secret", "DATABASE_REPLICA_URLS must look like"),
    ],
)
def test_it_names_the_variable_and_no_password(variable, value, sentence):
    with pytest.raises(ImproperlyConfigured) as wrong:
        read("cinema/settings.py", **{variable: value})
    assert str(wrong.value).startswith(sentence)
    assert "secret" not in str(wrong.value)
