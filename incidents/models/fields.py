"""Column shapes that several models share."""

from enum import Enum

from django.core.validators import RegexValidator
from django.db import models

from incidents.codes import PATTERN, new_code


def code_field() -> models.CharField:
    """A public id, as `incidents.codes` makes them; imported ones are kept as they came."""
    return models.CharField(
        max_length=32,
        unique=True,
        default=new_code,
        editable=False,
        validators=[RegexValidator(rf"^{PATTERN.pattern}\Z", "A code is made of 0-9 and a-z.")],
    )


def choice_field(choices: type[models.TextChoices], **options: object) -> models.CharField:
    """A column that holds one word of an enumeration; pair it with `known_values` in Meta."""
    return models.CharField(max_length=32, choices=choices.choices, **options)


def known_values(table: str, column: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    """The database's own check that a column holds a word of its enumeration."""
    return models.CheckConstraint(
        name=f"{table}_{column}_known",
        condition=models.Q(**{f"{column}__in": [_value(choice) for choice in choices]}),
        violation_error_message=f"{column.replace('_', ' ').capitalize()} must be one of: {', '.join(choices.values)}.",
    )


def _value(choice: Enum) -> str:
    return str(choice.value)
