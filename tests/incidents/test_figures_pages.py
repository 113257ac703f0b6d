"""The metrics page, its data and the monthly report, from outside."""

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
    publish_postmortem,
    save_postmortem_draft,
)
from incidents.models import PageFigures
from incidents.reporting.monthly import lead
from incidents.reporting.months import refresh
from incidents.reporting.overview import Asked, overview_of
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


def reported(page, responder):
    """A March with two incidents, a postmortem, and two action items."""
    incident = trouble(page, MARCH, name="Störung der Suche")
    trouble(page, MARCH + timedelta(days=40), name="April's own")
    save_postmortem_draft(
        incident=incident, body="# Summary\n\nThe **cache** was full.\n\n## Later\n\nMore.", by=responder
    )
    publish_postmortem(incident=incident, by=responder, at=MARCH + timedelta(days=3))
    done = add_action_item(
        incident=incident, title="Watch the cache", kind=ActionItemKind.DETECT, by=responder, owner=responder, at=MARCH
    )
    change_action_item(
        item=done, status=ActionItemStatus.DONE, evidence="x", by=responder, at=MARCH + timedelta(days=9)
    )
    late = {"kind": ActionItemKind.PREVENT, "by": responder, "due_on": MARCH.date(), "at": MARCH}
    add_action_item(incident=incident, title="Grow the cache", **late)
    repair_metrics()
    return incident


def test_month_report_tells_the_month(page, console, responder):
    reported(page, responder)

    text = text_of(console.get(reverse("console:month-report", args=["2024-03"])))

    assert "Incident report, March 2024" in text
    assert "1 incident began in March 2024; 0 in February 2024." in text
    assert "Störung der Suche" in text
    assert "April's own" not in text
    assert "The cache was full. More." in text
    assert "1 action item done in the month; 1 overdue at its end." in text
    assert "Watch the cache Detect, done Mar 14, 2024, responder" in text
    assert "Grow the cache Prevent, due Mar 05, 2024, nobody's" in text
    assert "no time below changed by more than luck explains" in text


def test_month_report_as_pdf(page, console, responder):
    incident = reported(page, responder)

    answer = console.get(reverse("console:month-report-pdf", args=["2024-03"]))

    assert answer.headers["Content-Type"] == "application/pdf"
    assert 'filename="incident-report-2024-03.pdf"' in answer.headers["Content-Disposition"]
    assert answer.content.startswith(b"%PDF-")
    assert f"/incidents/{incident.code}".encode() in answer.content


@pytest.mark.parametrize("month", ["2024-13", "soon", "1969-12", "9999-01"])
def test_months_that_are_none_are_not_found(page, console, month):
    assert console.get(f"/console/metrics/month/{month}/").status_code == 404
    assert console.get(f"/console/metrics/month/{month}.pdf").status_code == 404


def test_a_month_without_incidents_is_a_report_too(page, console):
    repair_metrics()

    assert "No incident began in this month." in text_of(console.get(reverse("console:month-report", args=["2024-03"])))
    assert console.get(reverse("console:month-report-pdf", args=["2024-03"])).content.startswith(b"%PDF-")


def test_a_crowded_month_lists_a_bounded_number(page, console, monkeypatch):
    monkeypatch.setattr("incidents.reporting.monthly.MOST_INCIDENTS", 3)
    for number in range(5):
        open_incident(page=page, name=f"Number {number}", body="x", by=None, at=MARCH, moments={Moment.STARTED: MARCH})
    repair_metrics()

    assert "And 2 more" in text_of(console.get(reverse("console:month-report", args=["2024-03"])))


def test_lead_is_cut_at_a_word():
    assert lead("# Heading\n\nShort *and* plain.") == "Short and plain."
    assert lead("word " * 400).endswith("word …")
    assert len(lead("word " * 400)) <= 602
