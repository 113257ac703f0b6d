"""Documents for the importer, as its own tests bring them."""

from tests.incidents.importing.conftest import bring

__all__ = ["bring"]
