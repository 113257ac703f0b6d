"""How tests ask for the pages around a postmortem."""

from django.urls import reverse

BODY = "## Summary\n\nIt broke [[internal: at Ada's]].\n\n## Impact\n\n300 people.\n"


def address(name, incident, *more):
    """Where a page of an incident's postmortem is."""
    return reverse(f"console:{name}", args=[incident.code, *more])


def latest(postmortem):
    """The revision that a writer begins with."""
    return postmortem.revisions.last().pk
