"""Which lines of a postmortem are marked as action items."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.marked_lines import MarkedLine, unlinked_lines

TEXT = """\
## What happened

- [ ] not an action item

## Action items

- [ ] Upgrade Envoy (prevent, P0, @ada)
- [x] Done already
* [ ] Alert earlier (we were late)
```
- [ ] code
```
### Later
  - [ ] Write it down (process).
- [ ] upgrade  envoy (prevent, P0, @ada)

## Thanks

- [ ] nor is this
"""


def test_lines_under_the_heading_with_what_they_say():
    assert unlinked_lines(TEXT, []) == [
        MarkedLine("Upgrade Envoy (prevent, P0, @ada)", "Upgrade Envoy", "prevent", "p0", "ada"),
        MarkedLine("Alert earlier (we were late)", "Alert earlier (we were late)"),
        MarkedLine("Write it down (process).", "Write it down", "process"),
    ]


def test_lines_that_have_their_item_are_left_out():
    linked = ["Upgrade Envoy (prevent, P0, @ada)", "alert earlier  (we were late)", "Write it down"]

    assert unlinked_lines(TEXT, linked) == []


def test_internal_passages_stay_out_of_the_title():
    (found,) = unlinked_lines("# Action items\n- [ ] Rotate keys [[internal: Bob leaked them]] (prevent)", [])

    assert (found.title, found.kind) == ("Rotate keys", "prevent")
    for passage in ("[[internal: [see x] ]]", "[[ Internal : [[internal: a]] [b] ]]", "[[internal: goes on below"):
        (found,) = unlinked_lines(f"# Action items\n- [ ] Rotate keys {passage}", [])
        assert found.title == "Rotate keys"


@pytest.mark.parametrize(
    ("remark", "facts", "unread"),
    [
        ("detect, P1, @nobody, due 2026-12-24", ("detect", "p1", "nobody", date(2026, 12, 24)), ()),
        ("detect, ask Bob, P1", ("detect", "p1", "", None), ("ask Bob",)),
        ("Due  2026-12-24, ", ("", "", "", date(2026, 12, 24)), ()),
        ("P1, due 2026-02-30, due soon", ("", "p1", "", None), ("due 2026-02-30", "due soon")),
    ],
)
def test_an_unknown_word_among_facts_loses_none_of_them_and_is_told(remark, facts, unread):
    (found,) = unlinked_lines(f"# Action items\n- [ ] Alert earlier ({remark})\n", [])

    assert (found.title, found.unread) == ("Alert earlier", unread)
    assert (found.kind, found.priority, found.owner, found.due_on) == facts


def test_lines_that_differ_only_beyond_what_a_title_holds_are_two():
    beginning = "Alert earlier " * 20
    text = f"# Action items\n- [ ] {beginning}here\n- [ ] {beginning}there (P1)\n- [ ] {beginning}HERE\n"

    first, second = unlinked_lines(text, [])

    assert (first.line, second.line) == (f"{beginning}here", f"{beginning}there (P1)")
    assert (first.is_cut, second.is_cut, second.priority) == (True, True, "p1")
    assert first.title == second.title == beginning[:255]
    assert len(first.key) == len(second.key) == 255
    assert unlinked_lines(text, [first.key, first.title]) == [second]


def test_every_level_and_spelling_of_the_heading():
    for heading in ("# Action items", "###### ACTION ITEMS ##", "   ## Action  Items:"):
        assert len(unlinked_lines(f"{heading}\r\n- [ ] One", [])) == 1


@given(st.lists(st.text(st.characters(exclude_categories=["Cc", "Zl", "Zp", "Cs"]), min_size=1, max_size=60)))
def test_no_marked_line_is_lost_and_what_is_linked_comes_no_more(lines):
    text = "# Action items\n" + "\n".join(f"- [ ] {line}" for line in lines)
    found = unlinked_lines(text, [])
    wanted = {" ".join(line.split()).casefold() for line in lines if line.strip()}

    assert {" ".join(each.line.split()).casefold() for each in found} == wanted
    assert unlinked_lines(text, [each.line for each in found]) == []
