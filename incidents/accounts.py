"""How people sign in: accounts are given, never taken."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Closes public sign-up, and builds links in mails from SITE_URL, never from the request's host name."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves; an administrator adds people."""
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The address in a password mail."""
        from django.urls import reverse

        uid, _, token = key.partition("-")
        return settings.SITE_URL + reverse("account_reset_password_from_key", args=[uid, token])
