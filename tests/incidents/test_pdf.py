"""What all PDF documents share."""

from incidents.pdf import Document
from tests.pdfs import text_of


def test_a_document_has_its_title_outline_language_and_embedded_font():
    document = Document("Störung in Köln · Привет", author="Example")
    document.title_line("Störung in Köln · Привет")
    document.heading("Überblick")
    document.paragraph("Ωμέγα " * 30)
    document.bullet("an item", link="https://status.example.test/")

    content = document.as_bytes()

    assert content.startswith(b"%PDF-")
    assert b"/Lang (en)" in content
    assert b"/Outlines" in content
    assert b"NotoSans" in content
    assert b"https://status.example.test/" in content
    assert b"/FontFile2" in content


def test_characters_that_no_font_has_are_named_at_the_end():
    document = Document("Störung", author="Example")
    document.paragraph("From 503 \u2192 200 with \U0001f389, and a flag\ufe0f.")
    plain = Document("Störung", author="Example")
    plain.paragraph("Nothing odd.")

    said = text_of(document.as_bytes())

    assert "can't draw: rightwards arrow (U+2192), party popper (U+1F389)." in said
    assert "can't draw" not in text_of(plain.as_bytes())


def test_a_heading_never_ends_a_page():
    document = Document("Long", author="Example")
    document.set_y(document.h - 40)
    document.heading("Next")

    assert document.page_no() == 2


def test_a_long_name_is_cut_in_the_footer_and_not_laid_over_the_page_number():
    document = Document("x" * 400, author="Example")

    assert document._fitting("x" * 400, 50).endswith("…")
    assert document.get_string_width(document._fitting("x" * 400, 50)) <= 50
