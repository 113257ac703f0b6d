"""What is marked as internal never reaches the public text, however it is nested; in doubt nothing gets out at all."""

import contextlib
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.markdown import render
from incidents.postmortems.comparing import compared
from incidents.postmortems.internal import MarksUnbalanced, public_text

CANARY = "canary"


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("Plain.", "Plain."),
        ("Before [[internal: canary]] after.", "Before after.\n"),
        ("The end [[internal: canary]].", "The end.\n"),
        ("One.\n\n[[internal:\n- canary\n- canary\n]]\n\nTwo.", "One.\n\n\nTwo.\n"),
        ("- kept\n- [[internal: canary]]\n- kept too", "- kept\n- kept too\n"),
        ("## [[internal: canary]]\n\nText", "\nText\n".lstrip("\n")),
        ("A [[internal: b [[internal: canary]] canary]] c", "A c\n"),
        ("A [[internal: see [the link](https://x.test) canary]] c", "A c\n"),
        ("A [[internal: see [[wiki]] canary]] c", "A c\n"),
        ("A [[internal: [[[[ x ]]]] canary]] c", "A c\n"),
        ("A [[[internal: canary]]] c", "A [] c\n"),
        ("```\ncode [[internal: canary]]\n```", "```\ncode\n```\n"),
        ("[[internal:\n```sh\nif [[ -f canary ]]; then\n```\n]]\nrest", "rest\n"),
        ("A [[ Internal : canary]] c", "A c\n"),
        ("A [[inter<!-- x -->nal: canary]] c", "A c\n"),
        ("A <!-- canary --> c", "A c\n"),
        ("A [[internal: canary]] [[internal: canary]]c", "A c\n"),
        ("a[[internal: canary]]b", "ab\n"),
        ("A <!-- canary\n\ncanary --> c", "A c\n"),
        ("```html\n<!-- shown -->\n```", "```html\n<!-- shown -->\n```"),
        ("`<!-- shown -->` and <!-- canary -->", "`<!-- shown -->` and\n"),
        ("An array `a[b[0]]` and [[internal: canary]] one.", "An array `a[b[0]]` and one.\n"),
        ("[[internal: canary]]", ""),
        ("# A\n\n## B\n\n[[internal: canary]]\n\n## C\n\ntext\n\n## D\n", "# A\n\n## C\n\ntext\n"),
        ("# Only a heading", "# Only a heading"),
        ("A\r\n[[internal: canary]]\r\nb", "A\nb\n"),
    ],
)
def test_cuts_internal_passages_and_comments(text, public):
    assert public_text(text) == public


@pytest.mark.parametrize(
    "text",
    [
        "- Press the ` key\n- <!-- canary --> foo\n- another ` here",
        "The ` key was sent.\n \n<!-- canary -->\n \nThen ` again.",
        "## The ` key\n<!-- canary -->\n## and ` again\n\nfoo",
        "| a | b |\n| - | - |\n| ` | <!-- canary --> x |\n| ` | y |",
        "Off ` by\none ` <!-- canary --> ` each",
        "``a` <!-- canary --> `b`",
        "Press \\` then <!-- canary --> and ` after",
        "- can\\`t <!-- canary -->\n- doesn\\`t <!-- canary -->",
        "[a]: x (` <!-- canary --> `)",
        "`a` " + "b" * 2_000 + " ` <!-- canary --> `",
        "```restart``` was run.\n\n<!-- canary -->\n\n```\ncode\n```",
        "``` see below\n<!-- canary -->\n```",
        "```a hl_lines='1'\n```\n<!-- canary -->\n```\n",
        "```{a=}\n```\n<!-- canary -->\n```\n",
        "a\n\n   ```\n\n<!-- canary -->\n\n   ```",
        "x\u2028```\n\n<!-- canary -->\n\ny\u2028```",
    ],
)
def test_cuts_a_comment_that_only_looks_like_code(text):
    with contextlib.suppress(MarksUnbalanced):
        assert CANARY not in public_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "- `a` and `<!-- canary -->`\n- ``b ` <!-- canary -->``",
        "A stray ` here.\n\n`<!-- canary -->`",
        "~~~~ html\n```\n<!-- canary -->\n~~~~",
        "```{.html}\n<!-- canary -->\n```\t",
    ],
)
def test_leaves_a_comment_that_is_shown_as_code(text):
    assert public_text(text) == text
    assert CANARY in render(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("One\nTwo [[internal: canary", 2),
        ("One\n\n[[internal: a ] canary ]]", 3),
        ("[[internal: a ]b] canary]]", 1),
        ("[[internal: a]] canary ]]", 1),
        ("One\n[internal: canary]", 2),
        ("[[internal canary]]", 1),
        ("[[internal：canary]]", 1),
        ("[[*internal*: canary]]", 1),
        ("A [[inter[[internal: x]]nal: canary]] c", 1),
        ("One\n<!-- canary", 2),
        ("```\n<!-- canary\n", 2),
    ],
)
def test_refuses_what_could_be_meant_otherwise(text, line):
    with pytest.raises(MarksUnbalanced) as refusal:
        public_text(text)
    assert refusal.value.line == line


def test_marked_lines_are_listed_apart_in_their_public_wording():
    text = """## Summary

- [ ] A list of one's own

## Action items

We do four things.

- [ ] Rotate keys (prevent, P0, @ada)
  before Ada leaves
- Write it down

### Later

- [ ] Upgrade Envoy

```
- [ ] code
```
"""

    assert (
        public_text(text)
        == """## Summary

- [ ] A list of one's own

## Action items

We do four things.

- Write it down

### Later


```
- [ ] code
```
"""
    )


@pytest.mark.parametrize(
    "text",
    [
        "- [ ] Rotate keys\nbefore canary leaves\n\nKept.\n",
        "- [ ] Rotate keys\n\n  canary leaves\n\n  - canary\n\nKept.\n",
        "- [ ] Rotate keys\n\n\tcanary leaves\n- Kept.\n",
        "- [ ] Rotate keys\u2028before canary leaves\n- Kept.\n",
        "- [ ] Rotate keys\x0bbefore canary leaves\n2026. canary\n\n1. Kept.\n",
        "- [ ] Rotate keys\n```\ncanary\n\ncanary\n```\nKept.\n",
        "- [ ] Rotate keys\n> canary\n### Kept.\n\nKept.\n",
        "- Kept.\n  - [ ] Rotate keys\n    canary\n\n  Kept.\n",
        "  ```restart``` was run. Kept.\n- [ ] Rotate canary\n",
        "- [x] Rotate keys\nbefore canary leaves\n- [X] Rotate canary\n* [x]  Rotate\n\n  canary\n\nKept.\n",
        "- [ ]\n  canary\n- [x]\n- [] canary\n-  [ ]\tcanary\n- Kept.\n",
    ],
)
@pytest.mark.parametrize("heading", ["## Action items", "##Action items", "Action items\n----", "Action items:\n==="])
def test_all_that_belongs_to_a_marked_line_goes_with_it(heading, text):
    public = public_text(f"{heading}\n\n{text}")

    assert CANARY not in public
    assert public.count("Kept.") == text.count("Kept.")
    assert "Rotate" not in public


@pytest.mark.parametrize("heading", ["## Action items", "Action items\n---", "## Action items\n\n### Later"])
def test_a_list_of_boxes_goes_with_its_heading(heading):
    boxes = "- [ ] \n- [x] Already done thing\n- [X]\n- [ ] Rotate keys\n"

    public = public_text(f"## Summary\n\nIt broke.\n\n{heading}\n\n{boxes}\n## Thanks\n\n- [x] To all\n")

    assert public == "## Summary\n\nIt broke.\n\n## Thanks\n\n- [x] To all\n"


def test_leaves_a_link_to_something_internal_alone():
    text = "# Links\n\nSee our [internal wiki](https://wiki.example.test) and a[b[0]].\n"

    assert public_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "`a ``b " * 14_000,
        "`a <!-- x --> `` " * 6_000,
        "`a` <!-- x -->\n" * 6_000,
        "[a" * 50_000,
        "```a\n" * 20_000,
        " " * 50_000 + "x[[internal: y]]",
        "[[internal: a]] " * 6_000,
        "[" * 100_000,
        "[[internal:" * 9_000,
        "<!-" * 33_000,
        "<!-" * 8_000 + "<!-- -->" + "- -->" * 8_000,
        "# a\n" * 25_000,
        "```\n~~~\n" * 12_000,
    ],
)
def test_no_text_holds_up_a_page(text):
    """A guard against never ending, not a measure of speed: each takes less than a second of the processor."""
    began = time.process_time()
    with contextlib.suppress(MarksUnbalanced):
        public_text(text)
    assert time.process_time() - began < 10


def test_no_comparison_holds_up_a_page():
    began = time.process_time()
    assert compared("a\n" * 50_000, "a\n" * 49_999 + "b\n")
    assert compared("a " * 50_000, "a " * 49_999 + "b")
    assert time.process_time() - began < 10


_words = st.text("ab c\n`~>-#*|.:![](", max_size=8)
_inner = st.recursive(
    st.just(CANARY)
    | st.tuples(_words.filter(lambda text: not re.search(r"[\[\]]", text)), st.just(CANARY)).map("".join),
    lambda parts: (
        st.lists(parts, min_size=1, max_size=3).map("\n".join)
        | parts.map(lambda text: f"[[internal: {text}]]")
        | parts.map(lambda text: f"[[{text}]]")
        | parts.map(lambda text: f"[{text}](https://x.test)")
        | parts.map(lambda text: f"\n```\n{text}\n```\n")
    ),
    max_leaves=6,
)


@given(st.lists(st.tuples(_words, _inner), min_size=1, max_size=5), _words)
def test_no_canary_survives_any_nesting(parts, last):
    text = "".join(f"{outside}[[internal: {inside}]]" for outside, inside in parts) + last

    try:
        public = public_text(text)
    except MarksUnbalanced:
        return
    assert CANARY not in public
    assert CANARY not in render(public)


@given(
    st.lists(
        st.sampled_from(
            ["[[internal: ", "[[internal:", "]]", "[", "]", "[[", "canary", "\n", "```\n", "<!--", "-->", " "]
        ),
        max_size=14,
    )
)
def test_the_public_text_needs_no_second_cut(parts):
    try:
        public = public_text("".join(parts))
    except MarksUnbalanced:
        return
    assert public_text(public) == public
    assert not re.search(r"\[\[\s*internal", public)


_ticks = st.sampled_from(["`", "``", "\\`", "```\n", "~~~\n", "```py\n", "```{.a}\n", "``` x\n"])
_breaks = st.sampled_from(
    ["\n", "\n\n", "\n \n", "\n- ", "\n1. ", "\n> ", "\n# ", "\n    ", "\n| ", "\n| a |\n|---|\n", "\u2028"]
)
_other = st.sampled_from(["\x02", "| ", "[a]: ", "](x)", "[", "<b>", "**", "x"])


@settings(max_examples=400)
@given(st.lists(_ticks | _breaks | _other | st.just(f"<!-- {CANARY} -->"), min_size=6, max_size=16).map("".join))
def test_what_is_left_of_a_comment_is_shown_as_code(text):
    try:
        public = public_text(text)
    except MarksUnbalanced:
        return
    shown = "".join(re.findall(r"<code>(.*?)</code>", render(public), re.DOTALL))
    assert shown.count(CANARY) == public.count(CANARY)
