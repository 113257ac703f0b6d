"""A believable 90 days up to today: past incidents told as they went, maintenance behind, running late and ahead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.choices import ComponentStatus, IncidentStatus, Moment, MomentSource
from incidents.lifecycle import (
    correct_moment,
    open_incident,
    post_update,
    save_update_template,
    schedule_maintenance,
    start_series,
)
from incidents.models import Component, Page, User

DEGRADED = ComponentStatus.DEGRADED_PERFORMANCE
PARTIAL = ComponentStatus.PARTIAL_OUTAGE
MAJOR = ComponentStatus.MAJOR_OUTAGE


@dataclass(frozen=True, slots=True)
class Story:
    """One past incident: minutes are counted from the beginning of its impact."""

    days_ago: int
    hour: int
    name: str
    affected: Mapping[str, ComponentStatus]
    detected: int
    mitigated: int
    posts: tuple[tuple[int, IncidentStatus, str], ...]


INVESTIGATING, IDENTIFIED = IncidentStatus.INVESTIGATING, IncidentStatus.IDENTIFIED
MONITORING, RESOLVED = IncidentStatus.MONITORING, IncidentStatus.RESOLVED

STORIES = (
    Story(
        83,
        13,
        "Slow pages for some repositories",
        {"Website": DEGRADED},
        6,
        58,
        (
            (11, INVESTIGATING, "Pages of large repositories take longer than usual. We are finding out why."),
            (39, IDENTIFIED, "A background job reads far more than it should. We are stopping it."),
            (64, RESOLVED, "The job was stopped and pages load at their usual speed."),
        ),
    ),
    Story(
        61,
        4,
        "API requests time out",
        {"API": PARTIAL},
        3,
        31,
        (
            (8, INVESTIGATING, "About one in five API requests times out. We are investigating."),
            (22, IDENTIFIED, "One of three database replicas is out of step; we are taking it out of rotation."),
            (33, MONITORING, "Requests answer normally since 04:31. We keep watching."),
            (71, RESOLVED, "No further timeouts were seen. The replica has been rebuilt."),
        ),
    ),
    Story(
        40,
        19,
        "Git over SSH refuses some connections",
        {"Git via SSH": PARTIAL},
        9,
        47,
        (
            (
                15,
                INVESTIGATING,
                "Some connections over SSH are refused. Git over HTTPS works and can be used meanwhile.",
            ),
            (36, IDENTIFIED, "A limit on open connections was set too low in yesterday's change. We are raising it."),
            (49, MONITORING, "Connections are accepted again."),
            (95, RESOLVED, "This is resolved. The limit is now checked before each change goes out."),
        ),
    ),
    Story(
        22,
        9,
        "Website unavailable",
        {"Website": MAJOR, "API": DEGRADED},
        2,
        26,
        (
            (5, INVESTIGATING, "The website can't be reached. We are on it."),
            (18, IDENTIFIED, "A certificate was not renewed in time. We are installing the new one."),
            (27, MONITORING, "The website is reachable again."),
            (58, RESOLVED, "Everything has been stable for half an hour. A review will follow."),
        ),
    ),
    Story(
        9,
        16,
        "Delayed webhooks",
        {"API": DEGRADED},
        12,
        74,
        (
            (20, INVESTIGATING, "Webhooks arrive up to ten minutes late. None are lost."),
            (52, IDENTIFIED, "A queue grew faster than it was emptied; we have added workers."),
            (80, RESOLVED, "The queue is empty and webhooks arrive at once again."),
        ),
    ),
    Story(
        3,
        7,
        "Errors when signing in",
        {"Website": PARTIAL},
        4,
        19,
        (
            (7, INVESTIGATING, "Some people can't sign in. Those who are signed in are not affected."),
            (21, MONITORING, "Signing in works again after we reverted this morning's change."),
            (50, RESOLVED, "This is resolved."),
        ),
    ),
)

TEMPLATES = (
    ("Looking into it", INVESTIGATING, "We are looking into reports of a problem and will post here as we learn more."),
    ("Cause found", IDENTIFIED, "We have found the cause and are working on a fix."),
    ("Fix in place", MONITORING, "A fix is in place. We are watching that it holds."),
    ("All clear", RESOLVED, "This incident is resolved."),
)


def tell_ninety_days(page: Page, components: Mapping[str, Component], by: User | None, now: datetime) -> None:
    """Tell the stories, schedule maintenance and leave templates for common updates."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for story in STORIES:
        _tell(story, page, components, by, midnight - timedelta(days=story.days_ago) + timedelta(hours=story.hour))
    for name, status, body in TEMPLATES:
        save_update_template(page=page, name=name, status=status, body=body)
    schedule_maintenance(
        page=page,
        name="Database upgrade",
        body="We are upgrading our main database. The website will be read-only for a few minutes of this window.",
        scheduled_for=midnight + timedelta(days=4, hours=5),
        scheduled_until=midnight + timedelta(days=4, hours=6, minutes=30),
        components=[components["Website"], components["API"]],
        by=by,
    )
    start_series(
        page=page,
        name="Monthly storage maintenance",
        body="Routine work on the storage of Git repositories. Pushes may take a little longer.",
        rrule="FREQ=MONTHLY;BYDAY=1SU",
        first_starts_at=midnight + timedelta(hours=3),
        duration_minutes=120,
        components=[components["Git via SSH"], components["Git via HTTPS"]],
        by=by,
    )


def _tell(story: Story, page: Page, components: Mapping[str, Component], by: User | None, started_at: datetime) -> None:
    def after(minutes: int) -> datetime:
        return started_at + timedelta(minutes=minutes)

    (first_minutes, first_status, first_body), *rest = story.posts
    incident = open_incident(
        page=page,
        name=story.name,
        status=first_status,
        body=first_body,
        by=by,
        at=after(first_minutes),
        component_statuses={components[name]: status for name, status in story.affected.items()},
        moments={Moment.STARTED: started_at, Moment.DETECTED: after(story.detected)},
        moment_source=MomentSource.ALERT,
        next_update_by=after(first_minutes + 30),
    )
    correct_moment(incident=incident, moment=Moment.ACKNOWLEDGED, value=after(story.detected + 2), by=by)
    for minutes, status, body in rest:
        if status == RESOLVED:
            correct_moment(incident=incident, moment=Moment.MITIGATED, value=after(story.mitigated), by=by)
        post_update(incident=incident, status=status, body=body, by=by, at=after(minutes))
