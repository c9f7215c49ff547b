"""What is tested, and what is said where there is nothing to test."""

import pytest

from loadtest.target import TargetError, find
from tests.loadtest.double import Double, serving


class Site(Double):
    """A site that sells for two cities."""

    def get(self, path):
        if path == "/cities":
            return 200, {"data": [{"id": "kazan"}, {"id": "irkutsk"}]}
        for city in ("kazan", "irkutsk"):
            if path.startswith(f"/cities/{city}/"):
                return super().get(path.removeprefix(f"/cities/{city}"))
        return 404, {"errors": [{"title": "Not found"}]}


@pytest.fixture(autouse=True)
def no_demo(tmp_path, monkeypatch):
    monkeypatch.setenv("DEMO_DIRECTORY", str(tmp_path))


@pytest.fixture
def site():
    with serving(Site()) as site:
        yield site


def announce(directory, site, provider="http://127.0.0.1:1", city="kazan"):
    lines = f"CITY={city}\nSITE_URL={site.url}\nAPI_URL={provider}\nSECRET_KEY='two words'\n"
    (directory / "env").write_text(lines)


def test_without_a_demo_one_sentence_says_how_to_start_it():
    with pytest.raises(TargetError, match="No demo is running here: start it with `make demo`"):
        find("", "")


def test_a_provider_is_tested_as_it_is():
    with serving(Double()) as provider:
        assert find(f"{provider.url}/", "").url == provider.url


def test_a_site_is_tested_through_its_first_city_or_the_one_that_is_named(site):
    assert find(site.url, "").url == f"{site.url}/cities/kazan"
    assert find(site.url, "irkutsk").url == f"{site.url}/cities/irkutsk"
    assert find(f"{site.url}/cities/irkutsk", "").url == f"{site.url}/cities/irkutsk"


def test_a_city_that_the_site_does_not_have_is_refused_with_those_it_has(site):
    with pytest.raises(TargetError, match="no city 'omsk': choose from kazan, irkutsk"):
        find(site.url, "omsk")


def test_the_running_demo_is_tested_through_its_site_with_its_settings(site, tmp_path):
    announce(tmp_path, site)
    target = find("", "")
    assert target.url == f"{site.url}/cities/kazan"
    assert target.return_url == f"{site.url}/"
    assert target.settings["SECRET_KEY"] == "two words"


def test_a_city_that_the_demo_does_not_have_is_refused_with_those_it_has(site, tmp_path):
    announce(tmp_path, site)
    with pytest.raises(TargetError, match="no city 'omsk': choose from kazan, irkutsk"):
        find("", "omsk")


def test_the_settings_of_the_demo_are_not_those_of_another_target(site, tmp_path):
    announce(tmp_path, site)
    assert find(f"{site.url}/cities/irkutsk", "").settings == {}


def test_an_address_where_nobody_listens_is_said():
    with pytest.raises(TargetError, match=r"http://127\.0\.0\.1:1/cities can't be reached"):
        find("http://127.0.0.1:1", "")


def test_an_address_that_is_no_provider_is_said():
    class Nobody(Double):
        def get(self, path):
            return 404, "no"

    with (
        serving(Nobody()) as nobody,
        pytest.raises(TargetError, match="does not answer as a provider does"),
    ):
        find(nobody.url, "")
