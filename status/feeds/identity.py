"""Ids that outlive everything else: a page may move to another host name, and no reader sees its entries anew."""

from uuid import UUID, uuid5

from incidents.models import Incident, Page

_NAMESPACE = UUID("5e0c2a36-8c0f-4b39-9a53-1f7d3f6f2f84")
"""Never change this: every id that a reader has stored follows from it."""


def entry_id(incident: Incident) -> str:
    """The id of one incident's or maintenance's entry, the same in every feed."""
    return uuid_of("incident", incident.code).urn


def feed_id(page: Page) -> str:
    """The id of a page's feed."""
    return uuid_of("page", page.code).urn


def uuid_of(kind: str, code: str) -> UUID:
    """The UUID that follows from a public code, and from nothing else."""
    return uuid5(_NAMESPACE, f"{kind}/{code}")
