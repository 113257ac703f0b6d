"""The read side's app."""

from django.apps import AppConfig


class StatusConfig(AppConfig):
    """What the public sees."""

    name = "status"

    def ready(self) -> None:
        """Listen to changes. Stored days come first: they wait for the page's row, and the journal for its own."""
        from . import uptime_receivers  # noqa: F401, I001
        from . import receivers  # noqa: F401
        from incidents.contributions import RoomPanel, add_room_panel
        from incidents.navigation import SET_UP, Entry

        from .live_changes import of_incident

        SET_UP.entries.insert(-1, Entry("publishing:home", "Publishing"))
        add_room_panel(RoomPanel("status/console/_changes.html", of_incident))
