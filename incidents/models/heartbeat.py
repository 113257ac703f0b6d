"""When the worker and the scheduler were last heard of."""

from django.db import models


class Heartbeat(models.Model):
    """The last sign of life of one background process."""

    name = models.CharField(max_length=32, unique=True)
    heard_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.heard_at}"
