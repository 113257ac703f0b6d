"""Small documents of an invented status page, as a site would serve them."""

from typing import Any

PAGE_ID = "pagepagepage"
PAGE = {
    "id": PAGE_ID,
    "name": "Teapots",
    "url": "https://status.teapots.example/",
    "time_zone": "Europe/Berlin",
    "updated_at": "2024-05-02T12:00:00.000+02:00",
}


def component(code: str = "compkettle01", **changes: Any) -> dict[str, Any]:
    """A component, operational unless told otherwise."""
    return {
        "id": code,
        "name": "Kettle",
        "status": "operational",
        "created_at": "2020-01-01T00:00:00.000+01:00",
        "updated_at": "2024-05-01T12:00:00.111+02:00",
        "position": 4,
        "description": None,
        "showcase": False,
        "start_date": "2019-12-01",
        "group_id": None,
        "page_id": PAGE_ID,
        "group": False,
        "only_show_if_degraded": True,
    } | changes


def affected(old: str, new: str, code: str = "compkettle01", name: str = "Kettle") -> dict[str, str]:
    """What an update says of a component."""
    return {"code": code, "name": name, "old_status": old, "new_status": new}


def update(code: str, status: str, at: str, *changes: dict[str, str], **other: Any) -> dict[str, Any]:
    """An update of the incident."""
    return {
        "id": code,
        "status": status,
        "body": f"We are {status}.",
        "incident_id": "incboilover1",
        "created_at": at,
        "updated_at": at,
        "display_at": at,
        "affected_components": list(changes) or None,
        "deliver_notifications": False,
        "custom_tweet": None,
        "tweet_id": None,
    } | other


def incident(**changes: Any) -> dict[str, Any]:
    """A resolved incident of one component: degraded at 10:01, in outage at 10:20, well at 11:00 (Berlin)."""
    return {
        "id": "incboilover1",
        "name": "It boils over",
        "status": "resolved",
        "created_at": "2024-05-01T10:00:00.505+02:00",
        "updated_at": "2024-05-01T11:00:00.250+02:00",
        "monitoring_at": None,
        "resolved_at": "2024-05-01T11:00:00.240+02:00",
        "impact": "major",
        "shortlink": "https://stspg.example/abc",
        "started_at": "2024-05-01T10:00:00.500+02:00",
        "page_id": PAGE_ID,
        "incident_updates": [
            update(
                "updresolved1", "resolved", "2024-05-01T11:00:00.240+02:00", affected("partial_outage", "operational")
            ),
            update(
                "updidentify1",
                "identified",
                "2024-05-01T10:20:00.333+02:00",
                affected("degraded_performance", "partial_outage"),
            ),
            update(
                "updinvestig1",
                "investigating",
                "2024-05-01T10:01:00.125+02:00",
                affected("operational", "degraded_performance"),
            ),
        ],
        "components": [component()],
        "reminder_intervals": "[1, 5]",
    } | changes


def maintenance(**changes: Any) -> dict[str, Any]:
    """A scheduled maintenance of one component."""
    scheduled = incident(
        id="maintdescale",
        name="Descaling",
        status="scheduled",
        impact="maintenance",
        resolved_at=None,
        incident_updates=[
            update("updscheduled", "scheduled", "2024-05-01T10:00:00.700+02:00", incident_id="maintdescale")
        ],
        scheduled_for="2024-06-01T10:00:00.000+02:00",
        scheduled_until="2024-06-01T12:00:00.000+02:00",
    )
    del scheduled["reminder_intervals"]
    return scheduled | changes


def summary(**changes: Any) -> dict[str, Any]:
    """A document with everything in it."""
    return {
        "page": PAGE,
        "components": [component()],
        "incidents": [incident()],
        "scheduled_maintenances": [maintenance()],
        "status": {"indicator": "none", "description": "All Systems Operational"},
    } | changes
