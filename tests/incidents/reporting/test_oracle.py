"""Every figure of random histories against the raw rows, by an independent path."""

import json
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.management import call_command
from django.utils import timezone
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from incidents.choices import ActionItemKind, ActionItemStatus, ComponentStatus, Impact, IncidentStatus, Moment
from incidents.lifecycle import (
    add_action_item,
    change_action_item,
    correct_moment,
    open_drill,
    open_incident,
    post_update,
    publish_postmortem,
    reopen_incident,
    save_postmortem_draft,
)
from incidents.models import Page
from incidents.reporting.measures import MEASURES
from incidents.reporting.months import refresh
from incidents.reporting.overview import Asked, overview_of
from incidents.reporting.spans import Span
from incidents.stored_metrics import repair_stale_metrics
from tests.factories import make_component, make_incident, make_page
from tests.incidents.importing import documents as d

from .oracle import check, check_items, rows_of, utc

STATUSES = (ComponentStatus.DEGRADED_PERFORMANCE, ComponentStatus.PARTIAL_OUTAGE, ComponentStatus.MAJOR_OUTAGE)
CHANGES = (utc(2024, 3, 30, 12), utc(2024, 10, 26, 12), utc(2024, 2, 28, 20), utc(2023, 12, 31, 20))
"""Shortly before the clocks of Berlin change, 29 February, and the end of a year."""


@dataclass(frozen=True)
class Story:
    """One incident: minutes from the beginning of its impact, None where a moment isn't known."""

    near: int
    minutes: int
    posted: int
    detected: int | None
    acknowledged: int | None
    mitigated: int | None
    updates: tuple[int, ...]
    resolved: bool
    reopened: bool
    postmortem: int | None
    hits: int
    backfilled: bool
    items: tuple[int, ...]


minutes = st.integers(0, 600)
stories = st.builds(
    Story,
    near=st.integers(0, len(CHANGES) - 1),
    minutes=st.integers(0, 3 * 24 * 60),
    posted=st.integers(-20, 90),
    detected=st.none() | st.integers(-30, 60),
    acknowledged=st.none() | st.integers(0, 60),
    mitigated=st.none() | minutes,
    updates=st.lists(st.integers(0, 300), max_size=3).map(tuple),
    resolved=st.booleans() | st.just(True),
    reopened=st.integers(0, 4).map(lambda number: number == 0),
    postmortem=st.none() | st.integers(0, 20_000),
    hits=st.integers(0, 2),
    backfilled=st.integers(0, 7).map(lambda number: number == 0),
    items=st.lists(st.integers(0, 5), max_size=2).map(tuple),
)


def tell(story: Story, page: Page, components) -> None:
    """Play a story through the lifecycle, as responders would have."""
    began = CHANGES[story.near] + timedelta(minutes=story.minutes)

    def after(minute: int):
        return began + timedelta(minutes=minute)

    moments = {Moment.STARTED: began}
    if story.detected is not None:
        moments[Moment.DETECTED] = after(story.detected)
        if story.acknowledged is not None:
            moments[Moment.ACKNOWLEDGED] = after(story.detected + story.acknowledged)
    incident = open_incident(
        page=page,
        name="x",
        body="x",
        by=None,
        at=after(story.posted),
        moments=moments,
        component_statuses={components[i]: STATUSES[(story.minutes + i) % 3] for i in range(story.hits)},
        backfilled=story.backfilled,
    )
    last = story.posted
    for gap in story.updates:
        last += gap
        post_update(incident=incident, status=IncidentStatus.IDENTIFIED, body="x", by=None, at=after(last))
    if story.mitigated is not None:
        correct_moment(incident=incident, moment=Moment.MITIGATED, value=after(story.mitigated), by=None)
        last = max(last, story.mitigated)
    for number in story.items:
        item = add_action_item(
            incident=incident,
            title="x",
            kind=list(ActionItemKind)[number % 4],
            by=None,
            due_on=after(last).date() + timedelta(days=3) if number % 2 else None,
            at=after(last),
        )
        if number:
            ended = ActionItemStatus.WONT_DO if number == 5 else ActionItemStatus.DONE
            change_action_item(item=item, status=ended, by=None, reason="x", at=after(last + number * 1440))
    if not story.resolved:
        return
    last = max(last, 0) + 7
    post_update(incident=incident, status=IncidentStatus.RESOLVED, body="x", by=None, at=after(last))
    if story.postmortem is not None:
        save_postmortem_draft(incident=incident, body="x", by=None, at=after(last))
        publish_postmortem(incident=incident, by=None, at=after(last + story.postmortem))
    if story.reopened:
        reopen_incident(
            incident=incident, body="x", by=None, at=after(last + 30_000), impact_resumed_at=after(last + 29_000)
        )
        if story.hits:
            post_update(incident=incident, status=IncidentStatus.RESOLVED, body="x", by=None, at=after(last + 30_060))


class OracleTests(TestCase):
    @given(
        st.lists(stories, min_size=1, max_size=5),
        st.integers(1, 40),
        st.sampled_from(["", Impact.MINOR, Impact.CRITICAL]),
        st.booleans(),
    )
    @settings(max_examples=8, phases=[Phase.explicit, Phase.reuse, Phase.generate])
    def test_every_figure_is_that_of_the_raw_rows(self, told, days, impact, by_component):
        page = make_page(time_zone="Europe/Berlin")
        components = [make_component(page), make_component(page)]
        for story in told:
            tell(story, page, components)
        open_drill(page=page, name="Drill", body="x", by=None)
        repair_stale_metrics()
        refresh(page)
        now = timezone.now()
        component = components[0] if by_component else None
        for since, until in (
            (date(2023, 12, 1), date(2024, 12, 1)),
            (date(2024, 3, 31), date(2024, 3, 31) + timedelta(days=days)),
            (date(2024, 10, 27), date(2024, 10, 28)),
        ):
            overview = overview_of(Asked(page, Span(since, until), impact, component), now)
            check(overview, rows_of(page, since, until, impact, component.pk if component else None), now)
            if not impact and not component:
                check_items(overview.items, overview.ages, page, since, until, now)
        assert refresh(page) == 0


def test_ninetieth_percentile_of_many(page):
    for number in range(23):
        tell(
            Story(0, number * 60, 5, number % 7, None, number * number, (3,), True, False, None, 0, False, ()), page, []
        )
    repair_stale_metrics()
    refresh(page)
    now = timezone.now()
    since, until = date(2024, 3, 1), date(2024, 5, 1)

    overview = overview_of(Asked(page, Span(since, until)), now)

    assert overview.measures[0].summary.p90 is not None
    check(overview, rows_of(page, since, until), now)


def test_imported_incidents_are_counted_as_their_rows_say(bring):
    told = d.update("updidentify2", "identified", "2024-05-01T10:09:00.000+02:00", incident_id="incboilover2")
    unfinished = d.incident(id="incboilover2", status="identified", resolved_at=None, incident_updates=[told])
    bring(d.summary(incidents=[d.incident(), unfinished]))
    page = Page.objects.get()
    repair_stale_metrics()
    refresh(page)
    now = timezone.now()
    since, until = date(2024, 4, 1), date(2024, 6, 1)

    overview = overview_of(Asked(page, Span(since, until)), now)

    rows = rows_of(page, since, until)
    assert len(rows) == 2
    check(overview, rows, now)


def test_the_command_says_what_the_page_says(page, capsys):
    for number in range(12):
        tell(Story(0, number, 5, number, 1, 20 + number, (9,), True, False, 100, 0, False, ()), page, [])
    make_incident(page)
    call_command("metrics_report", "--json", "--since", "2024-03-01", "--until", "2024-05-01")
    said = json.loads(capsys.readouterr().out)
    refresh(page)

    overview = overview_of(Asked(page, Span(date(2024, 3, 1), date(2024, 5, 1))), timezone.now())

    assert [measure.key for measure in MEASURES] == list(said)
    for view in overview.measures:
        assert said[view.measure.key] == {
            "known": len(view.summary.known),
            "of": view.summary.of,
            "median_seconds": view.summary.median,
            "p90_seconds": view.summary.p90,
        }
