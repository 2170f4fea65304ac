"""A broker for these tests, and a box name of their own."""

import secrets

import pytest

from hil_tests.bench.broker import broker_url


@pytest.fixture(scope="session")
def broker(tmp_path_factory):
    """The url of a broker."""
    with broker_url(tmp_path_factory.mktemp("broker")) as url:
        yield url


@pytest.fixture
def box():
    """A name nobody else has."""
    return f"t-{secrets.token_hex(6)}"
