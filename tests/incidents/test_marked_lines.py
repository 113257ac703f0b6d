"""Which lines of a postmortem are marked as action items."""

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
