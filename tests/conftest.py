"""What every test stands on. All state of a run lies in a folder that goes with it."""

import atexit
import os
import shutil
import tempfile

_var = tempfile.mkdtemp(prefix="allclear-tests-")
atexit.register(shutil.rmtree, _var, ignore_errors=True)
os.environ["VAR_DIR"] = _var
os.environ.pop("EMAIL_URL", None)
os.environ.pop("ALLOWED_HOSTS", None)

import pytest  # noqa: E402 - the environment must be set before Django reads it
from django.test import Client  # noqa: E402

from tests.factories import make_page, make_user  # noqa: E402


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
