"""Two people's texts come together without a line of either being lost."""

from hypothesis import given
from hypothesis import strategies as st

from incidents.postmortems.merging import conflict_line, merge
from incidents.postmortems.sections import missing_sections, sections_of

BASE = "Lead.\n\n## Summary\n\nIt broke.\n\n## Impact\n\nMany.\n"


def test_different_sections_both_survive():
    mine = BASE.replace("It broke.", "It broke at nine.")
    theirs = BASE.replace("Many.", "Some 300 people.")

    merged = merge(BASE, mine, theirs)

    assert merged.is_clean
    assert merged.text == "Lead.\n\n## Summary\n\nIt broke at nine.\n\n## Impact\n\nSome 300 people.\n"


def test_a_section_that_both_changed_is_kept_twice_and_has_to_be_settled():
    mine = BASE.replace("It broke.", "It broke at nine.")
    theirs = BASE.replace("It broke.", "It broke at ten.")

    merged = merge(BASE, mine, theirs, my_name="Bob", their_name="Ada")

    assert merged.both_changed == ("Summary",)
    assert "## Summary\n<<<<<<< written by Bob\n\nIt broke at nine.\n" in merged.text
    assert "\nIt broke at ten.\n\n>>>>>>> written by Ada\n" in merged.text
    assert merged.text.count("## Summary") == 1
    assert conflict_line(merged.text) == 4
    assert conflict_line(BASE) is None


def test_marks_of_another_program_in_code_bar_nothing():
    shown = "```\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> main\n```\n"

    assert conflict_line(shown) is None
    assert conflict_line(shown.removeprefix("```\n")) == 1
    assert conflict_line(f"```restart``` was run.\n\n>>>>>>> Ada\n{shown}") == 3


def test_an_unsettled_merge_bars_within_code_too():
    merged = merge("```\na\n", "```\nb\n", "```\nc\n", their_name="Ada")

    assert conflict_line(f"{merged.text}```\n") == 1
    assert conflict_line(f"~~~\n{merged.text}~~~\n") == 2


def test_new_sections_of_both_stand_where_they_were_put():
    mine = BASE + "\n## Lessons\n\nMine.\n"
    theirs = BASE.replace("## Impact", "## Trigger\n\nTheirs.\n\n## Impact")

    headings = [section.heading for section in sections_of(merge(BASE, mine, theirs).text)]

    assert headings == ["", "Summary", "Trigger", "Impact", "Lessons"]


def test_what_one_took_out_and_the_other_changed_stays():
    theirs = BASE.replace("Many.", "Some 300 people.")

    shorter = BASE.split("## Impact")[0]

    for merged in (merge(BASE, shorter, theirs), merge(BASE, theirs, shorter)):
        assert "Some 300 people." in merged.text
        assert merged.kept == ("Impact",)
    assert "## Impact" not in merge(BASE, shorter, BASE).text
    assert merge(BASE, shorter, BASE.replace("It broke.", "It broke at nine.")).kept == ()


def test_headings_in_code_are_no_sections():
    assert len(sections_of("# A\n\n```\n# not one\n```\n")) == 1
    assert len(sections_of("# A\n\n```restart``` was run.\n\n# B\n")) == 2


def test_a_heading_needs_no_space_after_its_signs():
    sections = sections_of("#A\n\n###B ##\n\n# #\n")

    assert [(section.heading, section.level) for section in sections] == [("A", 1), ("B", 3)]
    assert missing_sections("##Summary\n\nIt broke.\n", ["Summary"]) == []


def test_a_required_section_counts_as_written_by_what_stands_below_it():
    text = "## Impact\n\n### API\n\nDown for 5 minutes.\n\n## Summary\n\n<!-- what? -->\n\n## Timeline\n"

    assert missing_sections(text, ["Summary", "impact", "Timeline", "Cause"]) == ["Summary", "Timeline", "Cause"]


_headings = st.sampled_from(["## A\n", "## B\n", "# C\n", "### a\n"])
_line = st.integers(0, 9999).map(lambda number: f"line {number}\n")
_text = st.lists(_headings | _line | st.sampled_from(["\n", "```\n"]), max_size=14).map("".join)


@given(_text, _text, _text)
def test_no_line_that_either_side_wrote_vanishes(base, mine, theirs):
    merged = merge(base, mine, theirs).text.splitlines()

    for text in (mine, theirs):
        written = [line for line in text.splitlines() if line not in base.splitlines()]
        assert [line for line in written if line.strip() and line not in merged] == []


@given(_text, st.lists(_line, max_size=4), st.lists(_line, max_size=4), st.data())
def test_no_line_vanishes_where_nobody_took_one_out(base, mine_added, theirs_added, data):
    def grown(added):
        lines = base.splitlines(keepends=True)
        for line in added:
            lines.insert(data.draw(st.integers(0, len(lines))), line)
        return "".join(lines)

    mine, theirs = grown(mine_added), grown(theirs_added)
    merged = merge(base, mine, theirs).text.splitlines()

    assert [line for line in (mine + theirs).splitlines() if line.strip() and line not in merged] == []


@given(_text, _text)
def test_a_side_that_changed_nothing_gives_way(base, changed):
    assert merge(base, base, changed).text == changed
    assert merge(base, changed, base).text == changed
