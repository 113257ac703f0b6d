"""Whatever Markdown makes of a text can be written as PDF."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from incidents.markdown import render_marked
from incidents.postmortems.documents import pdf_of

PICTURE = Path(__file__).resolve().parents[3] / "docs" / "images" / "home.png"


def pdf(text, items=()):
    return pdf_of(
        title="Störung · Лог",
        author="Example",
        facts=[("For", "everybody")],
        markup=str(render_marked(text)),
        items=list(items),
        image=lambda path: PICTURE if path.endswith("home.png") else None,
    )


@pytest.mark.parametrize(
    "text",
    [
        "| a | **b** `c` |\n| --- | --- |\n| [link](https://x.test) ![x](/media/postmortems/home.png) | ~~d~~ |\n| e |",
        "- a\n    - b\n        1. c\n\n> - quoted *and **both***\n>\n>     code\n",
        "# A\n## B\n#### C\n\n```\ncode\n\n  kept\n```\n\n---\n\nline\nbreak",
        "text ![x](/media/postmortems/home.png) after ![gone](/media/postmortems/gone.png)",
        'a <ol start="x"><li>b</li></ol><ol start="-3"><li>c</li></ol><ol start="²"><li>d</li></ol>',
        f'a <ol start="{"9" * 5_000}"><li>b</li></ol>',
        "a " + "<blockquote>" * 40 + "deep" + "</blockquote>" * 40 + " " + "<ul><li>" * 40 + "deep",
        "| " + " | ".join("W" * 90) + " |\n" + "|---" * 90 + "|",
        "> " * 9 + "| " + " | ".join("abcdefghij" * 3 for _ in range(40)) + " |\n" + "> " * 9 + "|---" * 40 + "|",
        "[[internal:\n- a\n- [b](https://x.test)\n\n# H\n]] " + "word" * 400,
    ],
)
def test_writes(text):
    content = pdf(text, ["Upgrade (done)"])

    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")


def test_columns_of_numbers_end_at_one_line():
    def starts(rule):
        found = {}
        page = PdfReader(io.BytesIO(pdf(f"| Requests |\n|{rule}|\n| 7 |\n| 700000 |\n"))).pages[0]
        page.extract_text(visitor_text=lambda text, cm, tm, font, size: found.setdefault(text.strip(), tm[4]))
        return found["7"], found["700000"]

    assert starts("---")[0] == starts("---")[1]
    assert starts("---:")[0] > starts("---:")[1]


@settings(max_examples=8)
@given(
    st.lists(st.sampled_from(["- a\n", "  ", "> ", "\n", "# h\n", "| a | b |\n", "|---|---|\n", "`c`", "**", "1. x\n"]))
)
def test_writes_whatever_comes(parts):
    assert pdf("".join(parts)).startswith(b"%PDF-")
