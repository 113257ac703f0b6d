"""Asking the database about a row's check constraints in one query."""

from collections.abc import Collection
from functools import reduce
from operator import and_

from django.core.exceptions import FieldError
from django.db import models, router


class CheckedAtOnce(models.Model):
    """A row with several check constraints, which validation asks the database about together.

    Django asks about each by itself, in a savepoint of its own; only where one fails is it of interest which.
    """

    _holds = False

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Raise ValidationError with the sentence of every constraint that doesn't hold."""
        self._holds = self._all_checks_hold(exclude)
        try:
            super().validate_constraints(exclude=exclude)
        finally:
            self._holds = False

    def get_constraints(self) -> list[tuple[type[models.Model], list[models.BaseConstraint]]]:
        """The constraints by model; those that are known to hold left out."""
        found = super().get_constraints()
        if not self._holds:
            return found
        return [(model, [each for each in some if not _is_check(each)]) for model, some in found]

    def _all_checks_hold(self, exclude: Collection[str] | None) -> bool:
        """Whether they do; False where they can't be asked about together, since a column is excluded."""
        conditions = [each.condition for each in self._meta.constraints if _is_check(each)]
        columns = self._get_field_expression_map(meta=self._meta, exclude=exclude)
        using = router.db_for_write(type(self), instance=self)
        try:
            return reduce(and_, conditions).check(columns, using=using)
        except FieldError:
            return False


def _is_check(constraint: models.BaseConstraint) -> bool:
    return isinstance(constraint, models.CheckConstraint)
