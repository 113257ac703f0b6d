"""Rows for tests, made by the lifecycle, so that no test stands on a state that the product can't reach."""

from datetime import UTC, datetime
from itertools import count

from incidents.choices import ActionItemKind, ComponentStatus, IncidentStatus
from incidents.lifecycle import add_action_item, create_component, create_page, open_incident, post_update
from incidents.models import ActionItem, Component, Incident, Page, User

LONG_AGO = datetime(2022, 1, 1, tzinfo=UTC)
_numbers = count(1)


def make_user(username: str = "", **fields: object) -> User:
    """Somebody who may sign in."""
    username = username or f"user{next(_numbers)}"
    return User.objects.create_user(
        username, f"{username}@example.test", **{"password": "correct horse battery"} | fields
    )


def make_page(name: str = "Example Status", **fields: object) -> Page:
    """A page; the first one answers on every host name."""
    fields.setdefault("at", LONG_AGO)
    return create_page(name=name, by=None, **fields)


def make_component(page: Page, name: str = "", **fields: object) -> Component:
    """A component of a page, there since 2022."""
    fields.setdefault("at", LONG_AGO)
    return create_component(page=page, name=name or f"Component {next(_numbers)}", by=None, **fields)


def make_incident(
    page: Page,
    *,
    name: str = "Something is wrong",
    status: IncidentStatus = IncidentStatus.INVESTIGATING,
    affecting: dict[Component, ComponentStatus] | None = None,
    **fields: object,
) -> Incident:
    """An incident, brought to a status by posting it."""
    incident = open_incident(
        page=page, name=name, body="We are looking into it.", by=None, component_statuses=affecting, **fields
    )
    if status != IncidentStatus.INVESTIGATING:
        post_update(incident=incident, status=status, body=f"Now {status.label.lower()}.", by=None)
    return incident


def make_item(incident: Incident, title: str = "Upgrade", **fields: object) -> ActionItem:
    """An action item that prevents, unless told otherwise."""
    return add_action_item(incident=incident, title=title, **{"kind": ActionItemKind.PREVENT, "by": None} | fields)
