"""From bytes to a checked document: encoding, JSON, shape, and what no type can say."""

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

import msgspec

from .checking import check
from .documents import Document, HistoryDocument, IncidentDocument, PageDocument, decode
from .history import incidents_of
from .refusal import ImportRefused

MAX_BYTES = 50 * 1000 * 1000
"""Far above any real document (the largest hold 50 incidents), far below what would fill the memory."""

_V2_KEYS = {"status", "components", "incidents", "scheduled_maintenances", "incident", "component", "component_update"}
_UNUSABLE = re.compile("[\x00\ud800-\udfff]")


def read_document(source: str, content: bytes) -> Document:
    """The document in `content`; `source` names it in errors. Raises ImportRefused for anything damaged."""
    value = _parse(source, content)
    for pointer, text in _texts(value):
        if _UNUSABLE.search(text):
            raise ImportRefused(source, "The text holds NUL or half of a character pair", pointer)
    document = _shape(source, value)
    problem = check(document)
    if problem:
        raise ImportRefused(source, problem.reason, problem.pointer)
    return document


def _parse(source: str, content: bytes) -> Any:
    if len(content) > MAX_BYTES:
        raise ImportRefused(source, f"Larger than {MAX_BYTES // 1_000_000} MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportRefused(source, "Not UTF-8", _line_and_column(content, error.start)) from None
    if "\x00" in text:
        raise ImportRefused(source, "A NUL character", _line_and_column(content, content.index(b"\x00")))
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise ImportRefused(source, f"Not JSON: {error.msg}", f"{error.lineno}:{error.colno}") from None
    except ValueError as error:
        raise ImportRefused(source, f"Not JSON: {error}", "1:1") from None
    except RecursionError:
        raise ImportRefused(source, "Nested too deeply", "1:1") from None


def _line_and_column(content: bytes, offset: int) -> str:
    before = content[:offset]
    line, column = before.count(b"\n") + 1, offset - before.rfind(b"\n")
    return f"{line}:{column}"


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _texts(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a JSON value with its pointer, keys included."""
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield pointer, key
            yield from _texts(item, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")


def _shape(source: str, value: Any) -> Document:
    """Recognise a document by its keys and give it its type."""
    if not isinstance(value, dict):
        raise ImportRefused(source, "Not a Statuspage document: a JSON object is expected", "1:1")
    if "page_status" in value:
        history = _convert(source, value, HistoryDocument)
        incidents = incidents_of(source, history)
        page = history.page_status.page
        page.url = (
            f"https://{page.domain or f'{page.subdomain}.statuspage.io'}" if page.domain or page.subdomain else None
        )
        return Document(page=page, components=history.components, **incidents)
    if "page" in value and _V2_KEYS & value.keys():
        return _convert(source, value, Document)
    if "incident_updates" in value:
        incident = _convert(source, value, IncidentDocument)
        if incident.page_id is None:
            raise ImportRefused(source, "Object missing required field `page_id`", "/")
        return Document(page=PageDocument(id=incident.page_id), incident=incident)
    raise ImportRefused(source, "Not a Statuspage document: none of the known keys is there", "1:1")


def _convert(source: str, value: Any, wanted: type) -> Any:
    try:
        return msgspec.convert(value, wanted, dec_hook=decode)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `")
        raise ImportRefused(source, reason, pointer_of(path.rstrip("`"))) from None


def pointer_of(path: str) -> str:
    """The JSON pointer for a path such as `$.incidents[0].id`; `/` stands for the document itself."""
    return re.sub(r"\.|\[(\d+)\]", lambda hit: f"/{hit[1]}" if hit[1] else "/", path.removeprefix("$")) or "/"
