"""How the components of a page are at the instant that its documents are made for."""

from collections.abc import Sequence
from datetime import datetime

from incidents.choices import ComponentStatus
from incidents.component_status import statuses_at
from incidents.models import Component, Page

from .sharing import once


def statuses_of(page: Page, components: Sequence[Component], at: datetime) -> dict[int, ComponentStatus]:
    """The status of each living component of the page, by primary key; `components` are all of them."""
    return once(("statuses", page.pk, at), lambda: statuses_at(components, at))
