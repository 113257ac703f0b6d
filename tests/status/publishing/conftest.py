"""What tests of publishing share."""

import pytest

from tests.factories import make_page


@pytest.fixture
def live_page(transactional_db, root):
    """A page whose changes are really committed, and so published."""
    return make_page()
