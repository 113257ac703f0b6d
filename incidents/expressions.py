"""SQL expressions that an index and the questions it serves have to spell alike."""

from django.db.models import DateTimeField, Func


class EndOrNever(Func):
    """An end, or the end of time where there is none yet: one comparison, so that an index finds what still lasts.

    The constant is part of the SQL: SQLite takes no index on an expression for one with a bound parameter.
    """

    arity = 1
    output_field = DateTimeField()
    template = "COALESCE(%(expressions)s, '9999-12-31 00:00:00')"

    def as_postgresql(self, compiler, connection, **context):
        """With the zone said, which makes the constant one that an index may hold."""
        template = "COALESCE(%(expressions)s, '9999-12-31 00:00:00+00'::timestamptz)"
        return self.as_sql(compiler, connection, template=template, **context)
