"""Secrets that programs show us: what we keep of them, and comparing without telling how near a guess was."""

import hashlib
import hmac

from django.utils.crypto import salted_hmac

from .models import TrackerHook

_SALT = "incidents.tracker-hook"


def digest_of(secret: str) -> str:
    """SHA-256, for secrets of 256 random bits: nothing slower is needed against guessing those."""
    return hashlib.sha256(secret.encode()).hexdigest()


def github_secret(nonce: str) -> str:
    """The secret that GitHub signs with: derived, so that whoever reads the database can't sign."""
    return salted_hmac(_SALT, nonce, algorithm="sha256").hexdigest()


def is_signed(hook: TrackerHook, body: bytes, header: str) -> bool:
    """Whether a GitHub message carries the right `X-Hub-Signature-256`."""
    expected = "sha256=" + hmac.new(github_secret(hook.nonce).encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), header.encode())


def is_known(hook: TrackerHook, token: str) -> bool:
    """Whether a GitLab message carries the right `X-Gitlab-Token`."""
    return hmac.compare_digest(hook.secret_digest.encode(), digest_of(token).encode())
