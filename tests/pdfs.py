"""All words in a PDF document, wherever they stand: its text is compressed, and written as numbers of glyphs."""

import io

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject


def is_pdf(body: bytes) -> bool:
    """Whether it begins as one."""
    return body.startswith(b"%PDF-")


def text_of(body: bytes) -> str:
    """What a reader sees on its pages, with one space between two words."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages).split())


def everything_in(body: bytes) -> bytes:
    """The text of its pages, and every string, name and stream of its objects: title, outline, links, images, files."""
    reader = PdfReader(io.BytesIO(body))
    found = [text_of(body).encode()]
    numbers = {number for kept in reader.xref.values() for number in kept} | set(reader.xref_objStm)
    for number in sorted(numbers - {0}):
        found += _leaves(reader.get_object(number))
    return b"\n".join([*found, *_leaves(reader.trailer)])


def _leaves(thing: object) -> list[bytes]:
    """What an object holds itself; what it only points to is an object of its own."""
    match thing:
        case IndirectObject() | None:
            return []
        case StreamObject():
            return [thing.get_data(), *_inner(thing)]
        case DictionaryObject():
            return _inner(thing)
        case ArrayObject():
            return [leaf for each in thing for leaf in _leaves(each)]
        case bytes():
            return [thing]
        case _:
            return [str(thing).encode(errors="replace")]


def _inner(found: DictionaryObject) -> list[bytes]:
    return [leaf for pair in found.items() for each in pair for leaf in _leaves(each)]
