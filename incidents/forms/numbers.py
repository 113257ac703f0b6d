"""Numbers that stand in addresses and in forms without fields of their own."""


def number_in(text: str) -> int:
    """The number that an address or a form gives; 0 for what is none, or more than any row or attempt has."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0
