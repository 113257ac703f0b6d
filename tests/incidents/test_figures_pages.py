"""The metrics page and its data, from outside."""

import csv
import html
import io
import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents.choices import ActionItemKind, ActionItemStatus, ComponentStatus, IncidentStatus, Moment
from incidents.heartbeats import hear
from incidents.lifecycle import (
    add_action_item,
    change_action_item,
    correct_moment,
    edit_incident,
    open_incident,
    post_update,
)
from incidents.models import MonthFigures, PageFigures
from incidents.reporting.measures import MEASURES
from incidents.reporting.months import refresh
from incidents.reporting.overview import Asked, overview_of
from incidents.reporting.records import IncidentRecord, pack
from incidents.reporting.spans import Span
from incidents.stored_metrics import store_metrics
from incidents.tasks import repair_metrics
from tests.factories import make_component, make_page

FIGURES = reverse("console:figures")
MARCH = datetime(2024, 3, 5, 9, 0, tzinfo=UTC)


def trouble(page, at, *, name="Slow search", detected=5, mitigated=30, resolved=60, component=None):
    """An incident told minute by minute; `resolved=None` leaves it open."""
    incident = open_incident(
        page=page,
        name=name,
        body="x",
        by=None,
        at=at + timedelta(minutes=8),
        moments={Moment.STARTED: at, Moment.DETECTED: at + timedelta(minutes=detected)},
        component_statuses={component: ComponentStatus.MAJOR_OUTAGE} if component else None,
    )
    if resolved is not None:
        correct_moment(incident=incident, moment=Moment.MITIGATED, value=at + timedelta(minutes=mitigated), by=None)
        end = at + timedelta(minutes=resolved)
        post_update(incident=incident, status=IncidentStatus.RESOLVED, body="x", by=None, at=end)
    return incident


def text_of(answer):
    """What a reader sees, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split()).replace(" ,", ",")


def csv_of(console, table, **query):
    answer = console.get(reverse("console:figures-data", args=[table, "csv"]), query)
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))


def in_march(**more):
    return {"since": "2024-03-01", "until": "2024-04-01"} | more


def test_each_figure_names_its_start_and_end_and_its_coverage(page, console):
    for day in range(3):
        trouble(page, MARCH + timedelta(days=day), detected=(5, 10, -6)[day])
    repair_metrics()

    text = text_of(console.get(FIGURES, in_march()))

    assert "time to detect, from impact beginning to detection" in text
    assert "TTD is known for 2 of 3 incidents. 1 detection came before the impact" in text
    assert "median 8 min" in text
    assert "shown from 10 on, there are 2" in text
    assert "MTTR" not in text
    assert "Mean" not in text
    assert "Mean one long incident" in text_of(console.get(FIGURES, in_march(mean="on")))


def test_every_incident_is_a_dot_with_its_link_and_title(page, console):
    incident = trouble(page, MARCH, name="Slow <search>")
    repair_metrics()

    markup = console.get(FIGURES, in_march()).content.decode()

    address = reverse("console:incident", args=[incident.code])
    assert (
        f'<a href="{address}" tabindex="-1"><title>Slow &lt;search&gt;: 30 min, Mar 05, 2024</title><circle' in markup
    )
    assert "style=" not in markup
    assert "<script>" not in markup


def test_open_incidents_are_shown_apart_and_not_counted(page, console):
    trouble(page, MARCH)
    trouble(page, MARCH + timedelta(days=1), resolved=None)
    repair_metrics()

    answer = console.get(FIGURES, in_march())

    assert "TTR is known for 1 of 2 incidents. 1 open, at least" in text_of(answer)
    assert 'class="running-mark"' in answer.content.decode()


def test_a_trend_is_claimed_only_when_luck_does_not_explain_it(page, console):
    for day in range(8):
        trouble(page, MARCH - timedelta(days=20 + day), mitigated=50 + day)
        trouble(page, MARCH + timedelta(days=day), mitigated=9 + day)
    repair_metrics()

    text = text_of(console.get(FIGURES, in_march(since="2024-03-03", until="2024-04-01")))
    alone = text_of(console.get(FIGURES, {"since": "2024-03-05", "until": "2024-03-07"}))

    assert "TTR became shorter: more than luck explains" in text
    assert "over 8 incidents now and 8 in the period before" in text
    assert "The numbers can't tell whether TTD changed" in text
    assert "Too few to compare: TTR is known for 2 incidents now and 0 in the period before" in alone


def test_figures_are_filtered_by_impact_and_component(page, console):
    website = make_component(page, "Website")
    trouble(page, MARCH, component=website)
    trouble(page, MARCH)
    repair_metrics()

    assert csv_of(console, "figures", **in_march(component=website.code))[0]["of"] == "1"
    assert csv_of(console, "figures", **in_march(impact="none"))[0]["of"] == "1"
    assert csv_of(console, "figures", **in_march())[0]["of"] == "2"
    assert csv_of(console, "figures", period="all")[0]["of"] == "2"
    assert csv_of(console, "figures", period="30d")[0]["of"] == "0"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"since": "2024-03-02", "until": "2024-03-02"}, "This must be after"),
        ({"since": "soon"}, "Enter a valid date."),
        ({"since": "0001-01-01"}, "Write a year from 1970 to 2200."),
        ({"until": "9999-12-31"}, "Write a year from 1970 to 2200."),
        ({"component": "nothing"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field(page, console, query, said):
    answer = console.get(FIGURES, query)

    assert answer.status_code == 200
    assert said in text_of(answer)


def test_items_meant_to_shorten_a_measure_stand_beside_it(page, console):
    incident = trouble(page, MARCH)
    add_action_item(incident=incident, title="Alert on queue age", kind=ActionItemKind.DETECT, by=None)
    add_action_item(incident=incident, title="Roll back faster", kind=ActionItemKind.MITIGATE, by=None)
    done = add_action_item(incident=incident, title="Finished", kind=ActionItemKind.DETECT, by=None)
    change_action_item(item=done, status=ActionItemStatus.DONE, by=None)
    repair_metrics()

    detect = text_of(console.get(reverse("console:measure", args=["ttd"]), in_march()))
    recover = text_of(console.get(reverse("console:measure", args=["ttr"]), in_march()))

    assert "Alert on queue age" in detect
    assert "Roll back faster" not in detect
    assert "Finished" not in detect
    assert "Roll back faster" in recover
    minor = text_of(console.get(reverse("console:measure", args=["ttr"]), in_march(impact="critical")))
    assert "None of kind mitigate is open of incidents with this impact and component." in minor


def test_page_says_as_of_when_with_the_worker_dead(page, console):
    assert "No figures have been computed yet" in text_of(console.get(FIGURES))
    trouble(page, MARCH)
    repair_metrics()
    assert "nothing has computed them since" not in text_of(console.get(FIGURES))

    PageFigures.objects.update(as_of=timezone.now() - timedelta(minutes=10))
    trouble(page, MARCH)
    text = text_of(console.get(FIGURES, in_march()))

    assert "nothing has computed them since" in text
    assert "1 incident whose impact began" in text


def test_queries_do_not_grow(page, console, django_assert_max_num_queries):
    def measured(path, **query):
        with django_assert_max_num_queries(25) as asked:
            assert console.get(path, query).status_code == 200
        return len(asked.captured_queries)

    paths = [
        FIGURES,
        reverse("console:measure", args=["ttr"]),
        reverse("console:figures-data", args=["incidents", "json"]),
        reverse("console:month-report", args=["2024-03"]),
    ]
    hear("beat")
    hear("worker")
    many = 40
    counts = {}
    for number in range(1, many + 1):
        incident = trouble(page, MARCH + timedelta(hours=number))
        if number % 10 == 1:
            add_action_item(incident=incident, title="x", kind=ActionItemKind.DETECT, by=None, due_on=MARCH.date())
        if number in (1, 20, many):
            repair_metrics()
            counts[number] = [measured(path, **in_march()) for path in paths]

    assert counts[1] == counts[20] == counts[many]
    assert max(counts[1]) <= 16


def test_a_change_costs_its_own_month_and_is_shown_as_soon_as_that_is_stored(page, console, django_assert_num_queries):
    for month in range(12):
        trouble(page, MARCH + timedelta(days=30 * month), mitigated=30)
    repair_metrics()
    asked = {"since": "2024-01-01", "until": "2025-04-01"}
    text_of(console.get(FIGURES, asked))
    latest = trouble(page, MARCH + timedelta(days=330, hours=2), mitigated=30)

    assert "known for 12 of 12 incidents" in text_of(console.get(FIGURES, asked))  # as of when it says
    store_metrics(latest.pk)
    assert refresh(page) == 1
    assert "known for 13 of 13 incidents" in text_of(console.get(FIGURES, asked))
    refresh(page)
    now = timezone.now()
    with django_assert_num_queries(2):  # how they stand; all else is kept
        overview_of(Asked(page, Span(date(2024, 1, 1), date(2025, 4, 1))), now)
    edit_incident(incident=latest, name="Renamed", impact_override=None, by=None)
    store_metrics(latest.pk)
    assert refresh(page) == 1
    with django_assert_num_queries(5):  # that, the months asked for, those before, and the action items
        overview_of(Asked(page, Span(date(2024, 1, 1), date(2025, 4, 1))), now)


def test_many_are_thinned_and_said_to_be_and_a_page_of_its_own_draws_more(page, console):
    began = int(MARCH.timestamp())
    told = dict.fromkeys((measure.key for measure in MEASURES), 60)
    records = [
        IncidentRecord(f"i{place}", "x", "minor", (), is_open, began + place, None, began, False, **told)
        for place, is_open in enumerate([False] * 1_250 + [True] * 70)
    ]
    MonthFigures.objects.create(
        page=page, month=date(2024, 3, 1), incidents=pack(records), items="[]", computed_at=timezone.now()
    )

    measures = text_of(console.get(FIGURES, in_march()))
    silence = console.get(reverse("console:measure", args=["longest_silence"]), in_march())
    last = console.get(reverse("console:measure", args=["longest_silence"]), in_march(page=53))

    assert (
        "Drawn: 100 of 1,320, evenly from the shortest to the longest." in measures
    )  # what is known of open ones counts
    assert "Drawn: 100 of 1,250 and 64 of 70 without an end, evenly" in measures
    assert "Drawn: 200 of 1,250 and 64 of 70 without an end" in text_of(silence)
    assert silence.content.decode().count('<circle class="dot"') == 200
    assert text_of(last).count("Impact began: ") == 20


def test_where_shortest_and_longest_are_the_same_it_is_said_once(page, console):
    for seconds in (0, 20):
        trouble(page, MARCH + timedelta(seconds=seconds))
    repair_metrics()

    assert "Shortest to longest 30 min " in text_of(console.get(reverse("console:measure", args=["ttr"]), in_march()))
    assert " 30 min to 30 min" not in text_of(console.get(FIGURES, in_march()))
    assert " 30 min to 30 min" not in text_of(console.get(reverse("console:month-report", args=["2024-03"])))


def test_a_name_in_a_drawing_is_only_a_name(page, console):
    trouble(page, MARCH, name='<b onclick="x">&amp;')
    trouble(page, MARCH, name="<i>still open", resolved=None)
    repair_metrics()

    content = console.get(FIGURES, in_march()).content.decode()

    assert "<title>&lt;b onclick=&quot;x&quot;&gt;&amp;amp;: 5 min, Mar 05, 2024</title>" in content
    assert "<title>&lt;i&gt;still open: at least " in content
    assert "<b onclick" not in content
    assert "<i>still" not in content


def test_list_behind_a_measure_is_paginated_longest_first(page, console):
    for number in range(30):
        trouble(page, MARCH + timedelta(hours=number), name=f"Number {number}", mitigated=10 + number)
    repair_metrics()
    address = reverse("console:measure", args=["ttr"])

    first = text_of(console.get(address, in_march()))
    second = text_of(console.get(address, in_march(page="2")))

    assert "Page 1 of 2" in first
    assert first.index("Number 29 Impact") < first.index("Number 28 Impact")
    assert "Number 0 Impact" in second
    assert console.get(reverse("console:measure", args=["nothing"])).status_code == 404


def test_a_first_update_before_the_impact_is_in_no_figure(page, console):
    """The update was posted at 09:08, and the beginning of the impact corrected to 09:12."""
    trouble(page, MARCH + timedelta(days=1))
    early = trouble(page, MARCH, name="Early alert", detected=13)
    later = MARCH + timedelta(minutes=12)
    correct_moment(incident=early, moment=Moment.STARTED, value=later, by=None, reason="It began later.")
    repair_metrics()

    text = text_of(console.get(reverse("console:measure", args=["time_to_first_update"]), in_march()))
    found = json.loads(console.get(reverse("console:figures-data", args=["figures", "json"]), in_march()).content)
    row = csv_of(console, "incidents", **in_march())[0]
    room = text_of(console.get(reverse("console:incident", args=[early.code])))

    assert "The time to first update is known for 1 of 2 incidents." in text
    assert "1 first update came before the impact: no time to first update, so left out." in text
    assert "4 min (before impact)" in text
    figures = {figure["metric"]: figure for figure in found["figures"]}
    told = figures["time_to_first_update"]
    assert (told["known"], told["before_impact"], told["unknown"], told["median_seconds"]) == (1, 1, 0, 480)
    assert (figures["ttd"]["known"], figures["ttd"]["before_impact"]) == (2, 0)
    assert (row["time_to_first_update_seconds"], row["detected_before_impact"]) == ("-240", "no")
    assert "impact began to first update 4 min before impact" in room


def test_data_is_safe_in_spreadsheets_and_exact(page, console):
    trouble(page, MARCH, name='=HYPERLINK("http://evil.example")', detected=-6)
    repair_metrics()

    (row,) = csv_of(console, "incidents", **in_march())
    found = json.loads(console.get(reverse("console:figures-data", args=["figures", "json"]), in_march()).content)

    assert row["name"] == '\'=HYPERLINK("http://evil.example")'
    assert row["ttd_seconds"] == "-360"
    assert row["started_at"] == "2024-03-05T09:00:00Z"
    assert (found["since"], found["until"], found["time_zone"]) == ("2024-03-01", "2024-04-01", "Etc/UTC")
    ttr = next(metric for metric in found["figures"] if metric["metric"] == "ttr")
    assert (ttr["known"], ttr["of"], ttr["median_seconds"], ttr["p90_seconds"]) == (1, 1, 1800, None)
    assert (ttr["starts"], ttr["ends"], ttr["verdict"]) == ("impact beginning", "impact ending", "too_few")
    assert found["figures"][0]["before_impact"] == 1
    for table in ("months", "action-items", "action-items-by-kind"):
        assert csv_of(console, table, **in_march())
    for address in ("figures.xml", "secrets.csv"):
        assert console.get(f"/console/metrics/data/{address}").status_code == 404


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"since": "2024-02-30"}, "since"),
        ({"since": "2024-03-02", "until": "2024-03-01"}, "until"),
        ({"component": "nope"}, "component"),
        ({"impact": "bad"}, "impact"),
        ({"period": "7d"}, "period"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_program_that_asks_for_what_cannot_be_read_gets_no_other_figures(page, console, query, name, form):
    answer = console.get(reverse("console:figures-data", args=["figures", form]), query)

    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["detail"].startswith(f"{name}: ")


def test_each_count_of_a_month_is_named_by_its_impact(page, console):
    component = make_component(page)
    for day in range(3):
        trouble(page, MARCH + timedelta(days=day), component=component if day else None)
    repair_metrics()

    told = text_of(console.get(FIGURES, in_march()))

    assert "March 2024 Critical: 2 Major: 0 Minor: 0 None: 1 All: 3" in told


def test_months_are_those_of_the_pages_zone(console):
    page = make_page(time_zone="America/Los_Angeles")
    trouble(page, datetime(2024, 3, 1, 7, 59, tzinfo=UTC))  # still February there
    trouble(page, datetime(2024, 3, 1, 8, 0, tzinfo=UTC))
    repair_metrics()

    assert csv_of(console, "figures", **in_march())[0]["of"] == "1"
    rows = csv_of(console, "months", since="2024-02-01", until="2024-04-01")
    assert {row["month"]: row["incidents"] for row in rows if row["incidents"] != "0"} == {
        "2024-02": "1",
        "2024-03": "1",
    }
