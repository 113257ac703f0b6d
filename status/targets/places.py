"""Where a place is: reading what somebody typed, refusing what may not be, and reaching it.

Whoever may use the console may add a place, so what it can reach is bounded by whoever runs the machine: folders only
below TARGET_FOLDERS, and over the network only hosts that some credentials in the environment are for.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings

from incidents.errors import LifecycleError
from status.models import PublishTarget, TargetKind

from .flat import FlatTarget
from .folders import FolderTarget
from .git import GitTarget
from .git_access import Access
from .naming import Naming

if TYPE_CHECKING:
    from .buckets import PublicBucket

BUCKET = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([A-Za-z0-9._/-]*))?")
SCP = re.compile(r"(?:[A-Za-z0-9_.-]+@)([A-Za-z0-9.-]+):[^-\s][^\s]*")
BRANCH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,99}")
AMAZON = "amazonaws.com"


class PlaceRefused(LifecycleError):
    """A place that can't be, or that may not be published to."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Whom to be at one host, and only there."""

    host: str
    user: str = ""
    secret: str = ""
    key_file: str = ""
    known_hosts: str = ""
    ca_file: str = ""

    def __repr__(self) -> str:
        return f"Credentials(host={self.host!r})"


def check_place(row: PublishTarget) -> None:
    """Refuse a place that can't be read or may not be reached. Raises PlaceRefused, which names the field."""
    if row.kind == TargetKind.FOLDER:
        _folder(row.location)
    elif row.kind == TargetKind.S3:
        open_bucket(row.location, row.endpoint, row.region, row.credentials)
    else:
        _repository(row)


def target_of(row: PublishTarget) -> FolderTarget | FlatTarget | GitTarget:
    """The place itself. Raises PlaceRefused when what it needs of the environment is gone."""
    if row.kind == TargetKind.FOLDER:
        return FolderTarget(_folder(row.location))
    if row.kind == TargetKind.S3:
        return FlatTarget(open_bucket(row.location, row.endpoint, row.region, row.credentials), Naming.ADDRESSES)
    return _repository(row)


def open_bucket(location: str, endpoint: str, region: str, credentials: str) -> "PublicBucket":
    """The bucket at `s3://bucket/prefix`; without an endpoint it is Amazon's. Raises PlaceRefused."""
    matched = BUCKET.fullmatch(location)
    prefix = (matched[2] or "").strip("/") if matched else ""
    if matched is None or ".." in matched[1] or any(part in ("", ".", "..") for part in prefix.split("/") if prefix):
        raise PlaceRefused("Write it as s3://bucket or s3://bucket/prefix.", field="location")
    known = _credentials(credentials, _host(endpoint) if endpoint else AMAZON)
    if not (known.user and known.secret):
        prefixed = f"TARGET_{credentials.upper()}"
        raise PlaceRefused(f"An object store needs {prefixed}_USER and {prefixed}_SECRET.", field="credentials")
    from .buckets import bucket  # boto3 takes long to import, and most pages have no bucket

    return bucket(
        name=matched[1],
        prefix=prefix,
        endpoint=endpoint,
        region=region,
        access_key=known.user,
        secret_key=known.secret,
    )


def _folder(location: str, *, what: str = "folder") -> Path:
    path = Path(location)
    if not path.is_absolute():
        raise PlaceRefused(f"Write the whole path of the {what}, from / on.", field="location")
    path = path.resolve()
    allowed = [Path(folder) for folder in settings.TARGET_FOLDERS]
    if not any(path != folder and path.is_relative_to(folder) for folder in allowed):
        listed = ", ".join(map(str, allowed))
        raise PlaceRefused(f"It must lie below {listed} (TARGET_FOLDERS says so).", field="location")
    if path.is_relative_to(Path(settings.PUBLISH_ROOT).resolve()):
        raise PlaceRefused("That is where this machine publishes already.", field="location")
    return path


def _repository(row: PublishTarget) -> GitTarget:
    if not BRANCH.fullmatch(row.branch) or ".." in row.branch or row.branch.endswith(("/", ".lock")):
        raise PlaceRefused("That can't be the name of a branch.", field="branch")
    clone = Path(settings.TARGET_CLONES) / row.code
    if row.location.startswith("/"):
        return GitTarget(str(_folder(row.location, what="repository")), row.branch, clone)
    scp = SCP.fullmatch(row.location)
    parts = urlsplit(row.location)
    if scp is None and (parts.scheme not in ("https", "ssh") or not parts.hostname or parts.password):
        hint = "Write it as https://host/path.git, git@host:path.git or the path of a folder, without a password."
        raise PlaceRefused(hint, field="location")
    if parts.scheme == "https" and parts.username:
        raise PlaceRefused("Leave the user out of the address; TARGET_<NAME>_USER says it.", field="location")
    known = _credentials(row.credentials, scp[1] if scp else str(parts.hostname))
    return GitTarget(
        row.location,
        row.branch,
        clone,
        Access(
            name=row.credentials,
            user=known.user or "git",
            secret=known.secret if parts.scheme == "https" else "",
            key_file=known.key_file,
            known_hosts=known.known_hosts,
            ca_file=known.ca_file,
        ),
    )


def _host(endpoint: str) -> str:
    try:
        parts = urlsplit(endpoint)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or parts.path.strip("/"):
        raise PlaceRefused("Write it as https://host or https://host:port.", field="endpoint")
    return parts.hostname


def _credentials(name: str, host: str) -> Credentials:
    """The credentials of a name, for a host. They go nowhere else, whatever somebody types in the console."""
    if not name:
        raise PlaceRefused("Say which credentials to use; TARGET_<NAME>_HOST makes some known.", field="credentials")
    found = settings.TARGET_SECRETS.get(name.lower())
    if found is None:
        message = (
            f"No credentials of the name {name} are known: set TARGET_{name.upper()}_HOST and its like, and restart."
        )
        raise PlaceRefused(message, field="credentials")
    known = Credentials(**found)
    if known.host.lower() != host.lower():
        raise PlaceRefused(f"These credentials are for {known.host}, not for {host}.", field="credentials")
    return known
