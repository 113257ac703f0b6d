"""Text that every format can carry."""

import re

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Without the characters that XML 1.0 has no way to write; one of them would break the whole feed."""
    return _FORBIDDEN.sub("", text)


def line(text: str) -> str:
    """Clean, and on one line."""
    return " ".join(clean(text).split())
