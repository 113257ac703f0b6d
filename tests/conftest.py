"""What every test stands on."""

import pytest
from django.test import Client, override_settings
from hypothesis import settings

from tests.factories import make_page, make_user

# How long an example takes says more of the machine than of the code.
settings.register_profile("allclear", deadline=None)
settings.load_profile("allclear")


@pytest.fixture(scope="session", autouse=True)
def quick_passwords():
    """Hash passwords quickly in this process."""
    with override_settings(PASSWORD_HASHERS=["tests.passwords.QuickArgon2PasswordHasher"]):
        yield


@pytest.fixture
def page(db):
    """A page that answers on every host name."""
    return make_page()


@pytest.fixture
def responder(db):
    """Somebody who may sign in."""
    return make_user("responder")


@pytest.fixture
def console(responder):
    """A browser of the responder's, signed in."""
    client = Client(headers={"host": "localhost"})
    client.force_login(responder)
    return client


@pytest.fixture
def public():
    """A reader's browser, on a host name that nobody configured."""
    return Client(headers={"host": "status.example.test"})
