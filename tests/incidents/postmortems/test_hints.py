"""What is worth a second thought, and that the hints stay quiet where nothing is."""

import pytest

from incidents.postmortems.front_matter import NotAnExport, read, written
from incidents.postmortems.hints import hints_of
from incidents.postmortems.template import BODY


@pytest.mark.parametrize(
    "words",
    [
        "It was human error",
        "We should have known",
        "The team could've seen it",
        "He failed to check",
        "She forgot the flag",
        "This was careless",
        "It was obviously wrong",
        "The root cause was a cache",
        "Why did nobody look?",
        "We will be more careful",
        "Jo Smith misconfigured the proxy",
    ],
)
def test_hints_at(words):
    hints = [hint for hint in hints_of(f"Fine.\n\n{words}.\n\n## What went well\n\nx", ["Jo Smith"]) if hint.line == 3]

    assert hints, words
    assert all(hint.what in words and hint.why for hint in hints)


@pytest.mark.parametrize(
    "words",
    [
        "The contributing factors, and the root causes of each",
        "Jo Smith wrote the timeline",
        "```\nroot cause\n```",
        "<!-- should have -->",
        "The proxy was given a wrong flag, which nothing checked",
    ],
)
def test_stays_quiet_about(words):
    assert hints_of(f"{words}\n\n## What went well\n\nx", ["Jo Smith"]) == []


def test_sections_are_looked_at():
    text = "## Impact\n\nMany people.\n\n## Timeline\n\n- 09:00 It broke\n- 09:05 Fixed *(update)* <!-- entry:x -->\n"

    assert [(hint.line, hint.what) for hint in hints_of(text)] == [
        (1, "Impact"),
        (7, "- 09:00 It broke"),
        (0, "What went well"),
    ]


def test_a_timeline_that_begins_with_detection_leaves_out_what_led_to_it():
    began = "## Timeline\n\n- 09:00 A change went out (source: the deploy log)\n"
    detected = "- **09:14** Detected *(moment, alert)* <!-- entry:moment-detected -->\n"

    assert [hint.what for hint in hints_of(f"## Timeline\n\n{detected}\n## What went well\n\nx\n")] == ["Detected"]
    assert hints_of(f"{began}{detected}\n## What went well\n\nx\n") == []


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("Better alerts on the queue", "Better"),
        ("Monitoring of disks (detect)", "Monitoring"),
        ("Improve the alerts", "Improve"),
        ("Add tests as needed", "as needed"),
        ("Review all alerts", "all alerts"),
        ("Bring the queue's age into the dashboard", None),
        ("Upgrade Envoy to the version with the fix (prevent, P0, @ada)", None),
        ("Alert earlier on degraded services", None),
        ("Ping the standby every minute", None),
    ],
)
def test_an_action_item_begins_with_a_verb_and_has_an_end(line, what):
    found = hints_of(f"## Action items\n\n- [ ] {line}\n\n## What went well\n\nx\n")

    assert [(hint.line, hint.what) for hint in found] == ([(3, what)] if what else [])


def test_our_own_template_asks_for_a_number_and_nothing_else():
    assert [hint.what for hint in hints_of(BODY)] == ["Impact"]


def test_front_matter_gives_back_what_it_was_given():
    facts = {"title": 'A "quoted": --- ü\n---\n', "list": [1, None, {"a": "b: c"}], "none": None}

    assert read(written(facts, "---\ntext\n---\n")) == (facts, "---\ntext\n---\n")


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ("text", "Line 1"),
        ("---\nformat: 1\n", "never closed"),
        ("---\nformat: x\n---\n", "Line 2"),
        ("---\na: 1\n---\n", "format"),
    ],
)
def test_what_is_no_export_is_refused_by_line(document, problem):
    with pytest.raises(NotAnExport, match=problem):
        read(document)
