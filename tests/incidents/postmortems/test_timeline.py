"""The assembled timeline follows the facts and never overwrites a hand."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from incidents.postmortems.internal import public_text
from incidents.postmortems.timeline import Entry, assembled, held, synced

NINE = datetime(2026, 3, 1, 9, tzinfo=UTC)


def entry(key, minutes, words="It broke", **fields):
    return Entry(key, NINE + timedelta(minutes=minutes), words, "update", **fields)


def lines(*entries):
    return assembled(entries, UTC)


def test_each_entry_names_time_and_source_and_each_day_once():
    assert lines(entry("b", 5, "Fixed"), entry("a", 0), entry("c", 24 * 60)).split("\n") == [
        "- **Mar 01, 2026, 09:00 UTC** It broke *(update)* <!-- entry:a -->",
        "- **09:05 UTC** Fixed *(update)* <!-- entry:b -->",
        "- **Mar 02, 2026, 09:00 UTC** It broke *(update)* <!-- entry:c -->",
    ]


def test_a_reason_is_internal_and_words_hold_no_marks():
    line = lines(entry("a", 0, "See [[internal: x]] <!-- y -->", internal="Ada ]] said"))

    assert public_text(line) == "- **Mar 01, 2026, 09:00 UTC** See ((internal: x)) y *(update)*\n"


def test_untouched_lines_follow_and_hand_edits_stay():
    before = lines(entry("a", 0), entry("b", 5, "Fixed"), entry("c", 9))
    text = f"## Timeline\n\n{before}\n\n## Next\n".replace(
        "It broke *(update)* <!-- entry:a -->", "It burnt <!-- entry:a -->"
    )
    after = lines(entry("a", 0, "It fell"), entry("b", 5, "Mended"), entry("d", 7, "New"))

    assert synced(text, before, after) == (
        "## Timeline\n\n- **Mar 01, 2026, 09:00 UTC** It burnt <!-- entry:a -->\n"
        "- **09:05 UTC** Mended *(update)* <!-- entry:b -->\n"
        "- **09:07 UTC** New *(update)* <!-- entry:d -->\n\n## Next\n"
    )


def test_what_somebody_took_out_stays_out():
    before = lines(entry("a", 0), entry("b", 5))

    assert synced(lines(entry("a", 0)), before, before) == lines(entry("a", 0))


def test_a_text_without_a_timeline_gets_one():
    fresh = lines(entry("a", 0))

    assert synced("## Summary\n\nWords.", "", fresh) == f"## Summary\n\nWords.\n\n## Timeline\n\n{fresh}\n"
    assert synced("## Timeline\n\n## Next\n", "", fresh) == f"## Timeline\n\n{fresh}\n\n## Next\n"


def test_what_a_text_holds_of_a_timeline_is_what_nobody_changed():
    a, b = lines(entry("a", 0), entry("b", 5)).split("\n")

    assert held(f"{a}\n{b}", f"## Timeline\n\n{a.replace('broke', 'burnt')}\n{b}\n") == b
    assert held(a, "## Summary\n") == ""


def test_points_below_an_entry_stay_with_it():
    before = lines(entry("a", 0))
    own = "  - we first saw 502s\n\n  on node 7"
    after = lines(entry("a", 0), entry("b", 5, "Fixed"))
    new = after.split("\n")[1]

    assert synced(f"{before}\n{own}\n\n## Next\n", before, after) == f"{before}\n{own}\n{new}\n\n## Next\n"


def test_a_heading_needs_no_space_after_its_signs():
    fresh = lines(entry("a", 0))

    assert synced("##Timeline\n\nWords.\n\n##Next\n", "", fresh) == f"##Timeline\n\nWords.\n{fresh}\n\n##Next\n"


_entries = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.integers(0, 200), st.sampled_from(["x", "y"])),
    max_size=6,
    unique_by=lambda each: each[0],
).map(lambda found: lines(*(entry(*each) for each in found)))


@given(_entries, _entries, st.data())
def test_no_line_of_a_hand_is_touched(before, after, data):
    written = before.split("\n") if before else []
    for number, line in enumerate(written):
        if data.draw(st.booleans()):
            written[number] = line.replace("(update)", f"by hand {number}")
    written.insert(data.draw(st.integers(0, len(written))), "A line of somebody's own.")
    text = "\n".join(written)

    result = synced(text, before, after)

    by_hand = [line for line in written if "hand" in line or "own" in line]
    assert [line for line in result.split("\n") if "hand" in line or "own" in line] == by_hand
    assert synced(result, after, after) == result
