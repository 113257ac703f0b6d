"""The host name in a Host header (RFC 9110, section 7.2)."""


def host_name(header: str) -> str:
    """It in small letters, without the port and without the full stop that a complete name may end with."""
    name = header.lower()
    return name if name.endswith("]") else name.rsplit(":", 1)[0].removesuffix(".")
