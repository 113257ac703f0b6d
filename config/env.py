"""The one reader of the environment. A malformed value is refused by name, in one line, with exit code 2."""

import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeVar

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

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


def secret_key(var_dir: Path, *, is_production: bool) -> str:
    """SECRET_KEY as given; outside production one is made once and kept under `var_dir`, readable by its owner."""
    given = os.environ.get("SECRET_KEY", "")
    if given:
        return given
    if is_production:
        refuse("SECRET_KEY is missing. Give it 50 random characters; ALLOWED_HOSTS says that this is production.")
    path = var_dir / "secret_key"
    var_dir.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text()
