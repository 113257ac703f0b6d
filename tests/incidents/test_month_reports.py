"""The monthly report, as a page and as a PDF."""

from datetime import timedelta

import pytest
from django.urls import reverse

from incidents.choices import ActionItemKind, ActionItemStatus, Moment
from incidents.lifecycle import (
    add_action_item,
    change_action_item,
    open_incident,
    publish_postmortem,
    save_postmortem_draft,
)
from incidents.models import ActionItem
from incidents.reporting.monthly import lead
from incidents.tasks import repair_metrics

from .test_figures_pages import MARCH, text_of, trouble


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

    answer = console.get(reverse("console:month-report", args=["2024-03"]))

    text, page_of_report = text_of(answer), answer.content.decode()
    assert "Incident report, March 2024" in text
    assert "1 incident began in March 2024; 0 in February 2024." in text
    assert "Störung der Suche" in text
    assert "April's own" not in text
    assert "The cache was full." in text
    assert "More." not in text
    assert "1 action item done in the month; 1 overdue at its end." in text
    assert "Watch the cache Detect, done Mar 14, 2024, responder" in text
    assert "Grow the cache Prevent, due Mar 05, 2024, nobody's" in text
    assert "Too few incidents to tell whether any time below changed since February 2024." in text
    for item in ActionItem.objects.all():
        assert reverse("console:action-item", args=[item.code]) in page_of_report


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


def test_where_luck_explains_what_changed_the_month_says_so(page, console):
    for number in range(12):
        trouble(page, MARCH + timedelta(days=number - 29 * (number % 2)), detected=3 + number)
    repair_metrics()

    text = text_of(console.get(reverse("console:month-report", args=["2024-03"])))

    assert "Compared with February 2024, no time below changed by more than luck explains." in text


def test_a_crowded_month_lists_a_bounded_number(page, console, monkeypatch):
    monkeypatch.setattr("incidents.reporting.monthly.MOST_INCIDENTS", 3)
    for number in range(5):
        open_incident(page=page, name=f"Number {number}", body="x", by=None, at=MARCH, moments={Moment.STARTED: MARCH})
    repair_metrics()

    assert "And 2 more" in text_of(console.get(reverse("console:month-report", args=["2024-03"])))


def test_lead_is_cut_at_a_word():
    assert lead("# Heading\n\nShort *and* plain.") == "Short and plain."
    assert lead("# Of it\n## Summary\nIt broke.\n\nThen not.\n## Impact\n- Website: down") == "It broke. Then not."
    assert lead("word " * 400).endswith("word …")
    assert len(lead("word " * 400)) <= 602
