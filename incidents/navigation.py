"""Where the console leads: its sections, each with its pages. Other apps add theirs when they are ready."""

import re
from dataclasses import dataclass, field

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the console: the name of its view, and what it is called."""

    view: str
    label: str
    elsewhere: str = ""
    """What addresses that belong to it though they lie below another entry begin with, as a regular expression."""

    def leads_to(self, path: str) -> bool:
        """Whether a path is this page or lies below it."""
        address = reverse(self.view)
        return path == address if self.view == HOME else path.startswith(address)

    def takes(self, path: str) -> bool:
        """Whether a path belongs to this page, wherever it lies."""
        return bool(self.elsewhere) and re.match(reverse(HOME) + self.elsewhere, path) is not None


@dataclass(frozen=True, slots=True)
class Section:
    """Pages that belong to one part of the work."""

    label: str
    entries: list[Entry] = field(default_factory=list)


HOME = "console:home"
RESPOND = Section(
    "Respond",
    [Entry(HOME, "Home"), Entry("console:incidents", "Incidents"), Entry("console:maintenances", "Maintenance")],
)
LEARN = Section(
    "Learn",
    [
        Entry("console:postmortems", "Postmortems", r"incidents/[^/]+/postmortem/"),
        Entry("console:action-items", "Action items"),
        Entry("console:figures", "Metrics"),
    ],
)
SET_UP = Section(
    "Set up",
    [
        Entry("console:components", "Components"),
        Entry("console:templates", "Templates"),
        Entry("console:settings", "Settings"),
    ],
)
SECTIONS = (RESPOND, LEARN, SET_UP)
"""In the order shown; one without entries isn't."""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as it is shown on some page."""

    address: str
    label: str
    is_current: bool


def links_on(path: str) -> list[tuple[str, list[Link]]]:
    """Every section's label and links, as they are shown on the page at a path."""
    entries = [entry for section in SECTIONS for entry in section.entries]
    current = [entry for entry in entries if entry.takes(path)] or [entry for entry in entries if entry.leads_to(path)]
    return [
        (section.label, [Link(reverse(entry.view), entry.label, entry in current) for entry in section.entries])
        for section in SECTIONS
        if section.entries
    ]
