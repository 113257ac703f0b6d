"""`manage.py break_glass`: each refusal is one line that names the option, and nothing is written."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from incidents.choices import IncidentStatus
from status.break_glass import records
from status.publishing.publisher import publish
from tests.factories import make_component, make_incident, make_page


@pytest.fixture
def incident(page, root):
    """An open incident, public."""
    make_component(page, "Website")
    make_component(page, "Search")
    make_component(page, "Search")
    opened = make_incident(page)
    publish(page)
    return opened


def run(*arguments):
    out = StringIO()
    call_command("break_glass", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def refusal(*arguments):
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    return refused.value


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--status", "identified", "--body", "x"], "--incident: give the code"),
        (["--incident", "abc", "--new", "x", "--body", "x"], "--incident: give the code"),
        (["--incident", "abc", "--body", "x"], "--status: give one of investigating"),
        (["--incident", "abc", "--status", "fixed", "--body", "x"], "--status: give one of investigating"),
        (["--incident", "abc", "--status", "identified", "--body", "  "], "--body: say what"),
        (["--incident", "abc", "--status", "identified", "--body", "x" * 25_001], "--body: an update has 25000"),
        (["--new", "x" * 256, "--body", "x"], "--new: a title has 255"),
        (["--new", "x", "--body", "x", "--component", "Website"], "--component: write 'Website' as NAME=STATUS"),
        (["--new", "x", "--body", "x", "--component", "Website=down"], "--component: write 'Website=down'"),
        (["--new", "x", "--body", "x", "--next-update-in", "soon"], "--next-update-in: give a number"),
        (["--new", "x", "--body", "x", "--next-update-in", "9" * 5000], "--next-update-in: give a number"),
        (["--page", "nosuch", "--list"], "--page: there is no copy of nosuch"),
    ],
)
def test_refuses_in_one_line_what_cannot_be_read(root, arguments, sentence):
    refused = refusal(*arguments)

    assert str(refused).startswith(sentence)
    assert "\n" not in str(refused)
    assert refused.returncode == 2


def test_refuses_by_option_what_the_page_does_not_allow(incident):
    new, on = ["--new", "x", "--body", "x"], ["--incident", incident.code, "--body", "x"]
    for arguments, sentence in [
        ([*new, "--component", "Nope=operational"], "--component: The page has no component “Nope”"),
        ([*new, "--component", "Search=operational"], "--component: Several components"),
        ([*new, "--status", "resolved"], "--status: An incident can't be opened as resolved"),
        ([*on, "--status", "completed"], "--status: This incident is investigating; it can't become completed"),
        ([*on, "--status", "resolved", "--component", "Website=major_outage"], "--component: A closed incident leaves"),
        (["--incident", "abc", "--body", "x", "--status", "identified"], "--incident: The page knows no incident abc"),
    ]:
        refused = refusal(*arguments)
        assert str(refused).startswith(sentence)
        assert refused.returncode == 2

    assert records.pending() == []


def test_asks_which_page_where_there_are_several(incident, page):
    other = make_page("Other Status")
    publish(other)

    with pytest.raises(CommandError, match=r"--page: there are several") as refused:
        run("--new", "x", "--body", "x")
    said = run("--new", "x", "--body", "x", "--page", page.code)

    assert other.code in str(refused.value)
    assert "Public now: Investigating: x" in said


def test_reads_the_body_from_its_input_and_says_what_happens(incident, monkeypatch, published, page):
    monkeypatch.setattr("sys.stdin", StringIO("From a file.\n"))

    said = run("--incident", incident.code, "--status", "monitoring", "--body", "-", "--as", "Jo")

    assert "Public now: Monitoring: Something is wrong" in said
    assert f"/incidents/{incident.code}" in said
    assert "by Jo" in said
    assert "within 20 seconds" in said
    assert records.pending()[0].published.body == "From a file."
    assert "Monitoring by Jo: Something is wrong" in run("--list")


def test_reconciles_and_says_so(incident):
    run("--incident", incident.code, "--status", "identified", "--body", "x", "--as", "Jo")

    said = run("--reconcile")

    assert f"{incident.code}: Identified is in the timeline." in said
    incident.refresh_from_db()
    assert incident.status == IncidentStatus.IDENTIFIED
    assert "Nothing waits" in run("--reconcile")
