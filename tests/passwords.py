"""Hashing passwords at little cost: what makes guessing slow makes hundreds of tests slow."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2 with the least that it takes, which real processes can verify all the same."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
