"""The one reader of the environment. A malformed value is refused by name, in one line, with exit code 2."""

import os
import re
import secrets
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
DATABASE_ENGINES = ("django.db.backends.sqlite3", "django.db.backends.postgresql")

environ.Env.read_env(BASE_DIR / ".env")
env = environ.Env()

Value = TypeVar("Value")


def refuse(message: str) -> NoReturn:
    """Stop at once: one line for whoever started the process."""
    print(f"allclear: {message}", file=sys.stderr)
    raise SystemExit(2)


def read(reader: Callable[..., Value], name: str, hint: str, **options: object) -> Value:
    """Read one variable with one of `env`'s readers; refuse a value that it can't parse."""
    try:
        return reader(name, **options)
    except (ValueError, KeyError, TypeError, environ.ImproperlyConfigured):
        refuse(f"{name} can't be read. {hint}")


def truth(name: str, *, default: bool) -> bool:
    """A yes or no; anything but the usual words for them is refused."""
    word = os.environ.get(name, "").strip().lower()
    if word in ("", "1", "0", "true", "false", "yes", "no", "on", "off"):
        return word in ("1", "true", "yes", "on") if word else default
    refuse(f"{name}={word} is neither true nor false.")


def port(name: str, *, default: int) -> int:
    """A TCP port."""
    number = read(env.int, name, "Give a port number such as 8000.", default=default)
    if not 0 < number < 65536:
        refuse(f"{name}={number} is not a port number between 1 and 65535.")
    return number


def address(name: str, hint: str, *, default: str, schemes: tuple[str, ...]) -> str:
    """A URL with a host and one of these schemes, or the default; the default may be empty."""
    given = read(env.str, name, hint, default=default).strip().rstrip("/") or default
    try:
        parts = urlsplit(given)
        is_good = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        is_good = False
    if given and not is_good:
        refuse(f"{name}={given} is no address. {hint}")
    return given


def database(name: str, *, default: str) -> dict[str, Any]:
    """Django's settings for the database at this address: SQLite or PostgreSQL."""
    hint = "Write it as postgres://user:password@host:5432/name or sqlite:////path/to/file."
    settings = read(env.db_url, name, hint, default=default)
    if settings.get("ENGINE") not in DATABASE_ENGINES:
        refuse(f"{name} is neither PostgreSQL nor SQLite. {hint}")
    return settings


def folder(name: str, *, default: Path) -> Path:
    """A folder that is there and can be written to; made when it is missing."""
    path = Path(read(env.str, name, "Give a folder.", default=str(default))).resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse(f"{name}={path} can't be made: {error.strerror}.")
    if not os.access(path, os.W_OK | os.X_OK):
        refuse(f"{name}={path} can't be written to.")
    return path


def secret_key(var_dir: Path, *, is_production: bool) -> str:
    """SECRET_KEY as given; outside production one is made once and kept under `var_dir`, readable by its owner."""
    given = os.environ.get("SECRET_KEY", "")
    if given:
        return given
    if is_production:
        refuse("SECRET_KEY is missing. Give it 50 random characters; ALLOWED_HOSTS says that this is production.")
    path = var_dir / "secret_key"
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(50))
    return path.read_text()


def _write_once(path: Path, text: str) -> None:
    """Put a whole file in place, unless another process that starts just now was faster."""
    handle, draft = tempfile.mkstemp(dir=path.parent)  # readable by its owner only
    with os.fdopen(handle, "w") as file:
        file.write(text)
    with suppress(FileExistsError):
        os.link(draft, path)
    os.unlink(draft)


def target_secrets() -> dict[str, dict[str, str]]:
    """What TARGET_<NAME>_HOST, _USER, _SECRET, _KEY_FILE, _KNOWN_HOSTS and _CA_FILE say, by lower-case name.

    The host is required: it is the only one that the secret is ever used for, whoever configures a place with it.
    """
    found: dict[str, dict[str, str]] = {}
    for variable, value in os.environ.items():
        matched = re.fullmatch(r"TARGET_([A-Z0-9_]+)_(HOST|USER|SECRET|KEY_FILE|KNOWN_HOSTS|CA_FILE)", variable)
        if matched:
            found.setdefault(matched[1].lower(), {})[matched[2].lower()] = value.strip()
    for name, parts in found.items():
        if not parts.get("host"):
            refuse(f"TARGET_{name.upper()}_HOST is missing. Give the host name that these credentials are for.")
    return found
