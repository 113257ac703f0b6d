"""What other apps add to the incident room: they register it in `AppConfig.ready`, and the console knows only this.

Nothing of the write side depends on what is added, and a panel that fails is left out rather than shown half.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from .models import Incident

logger = logging.getLogger(__name__)

Content = Callable[[Incident, datetime], object | None]
"""Makes what a panel shows of an incident at an instant; None leaves the panel out."""


@dataclass(frozen=True, slots=True)
class RoomPanel:
    """A panel at the side of the incident room. Its template gets `incident`, `now` and `content`."""

    template: str
    content: Content


@dataclass(frozen=True, slots=True)
class ShownPanel:
    """A panel with what it shows of one incident."""

    template: str
    content: object


_room_panels: list[RoomPanel] = []


def add_room_panel(panel: RoomPanel) -> None:
    """Add a panel to the incident room; adding it again changes nothing."""
    if panel not in _room_panels:
        _room_panels.append(panel)


def room_panels(incident: Incident, now: datetime) -> list[ShownPanel]:
    """The panels that have something to show of an incident."""
    shown = []
    for panel in _room_panels:
        try:
            content = panel.content(incident, now)
        except Exception:
            logger.exception("A panel of the incident room could not be made: %s", panel.template)
            continue
        if content is not None:
            shown.append(ShownPanel(panel.template, content))
    return shown
