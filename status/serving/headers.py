"""The headers of public documents: how long they may be kept, what they may load, and who may read them."""

import re

CACHE = "public, max-age=15, s-maxage=15, stale-while-revalidate=60, stale-if-error=86400"

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

OPEN_TO_ALL = (".json", ".atom", ".rss", ".ics", ".svg")
"""Files that scripts of other sites may read (they are public, and no cookie is involved)."""

LIVE = "no-cache"
"""Of `version.json`, which is there to be asked for the latest."""

HASHED = re.compile(r"static/.*\.[0-9a-f]{12}\.[a-z0-9]+")
"""Style sheets, scripts and icons have a digest of what is in them in their names."""

FOR_GOOD = "public, max-age=31536000, immutable"
A_DAY = "public, max-age=86400"

EMBEDDED = ("embed.js", "embed.css", "embed/script.js")


def public_headers(name: str, *, hsts_seconds: int = 0) -> tuple[tuple[str, str], ...]:
    """The headers of one published file."""
    found = [
        ("Cache-Control", cache_control(name)),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ]
    if name.endswith(".html"):
        found += [
            ("Content-Security-Policy", CONTENT_POLICY),
            ("X-Frame-Options", "DENY"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        ]
    else:
        found.append(("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"))
    if name.endswith(OPEN_TO_ALL) or name.startswith("static/") or name in EMBEDDED:
        found += [("Access-Control-Allow-Origin", "*"), ("Cross-Origin-Resource-Policy", "cross-origin")]
    if hsts_seconds:
        found.append(("Strict-Transport-Security", f"max-age={hsts_seconds}"))
    return tuple(found)


def cache_control(name: str) -> str:
    """How long one published file may be kept."""
    if HASHED.fullmatch(name):
        return FOR_GOOD
    if name.startswith("media/"):
        return A_DAY
    return LIVE if name == "version.json" else CACHE
