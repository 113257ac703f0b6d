"""Public ids: 12 characters of [0-9a-z], the shape that Statuspage clients already know."""

import re
import secrets

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
LENGTH = 12
PATTERN = re.compile(r"[0-9a-z]{1,32}")
"""What we accept from elsewhere; what we make ourselves is always LENGTH long."""


def new_code() -> str:
    """A fresh, unguessable public id (62 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
