"""One public URL's finished bytes."""

from dataclasses import dataclass
from datetime import datetime

HTML = "text/html; charset=utf-8"
CSS = "text/css; charset=utf-8"
JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Document:
    """One public URL's bytes, their type, and when what they tell last changed.

    Nothing of a request is in them (no session, no token), so that they are made once and shared by every reader.
    """

    path: str
    body: bytes
    content_type: str
    last_modified: datetime
