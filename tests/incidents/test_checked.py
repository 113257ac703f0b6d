"""Check constraints asked about together say what each would have said alone."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_incident


def test_a_row_that_holds_is_asked_about_once(page):
    incident = make_incident(page)
    with CaptureQueriesContext(connection) as captured:
        incident.validate_constraints()

    assert len([query for query in captured.captured_queries if "_check" in query["sql"]]) == 1


def test_every_constraint_that_fails_gives_its_sentence(page):
    incident = make_incident(page)
    incident.mitigated_at = incident.started_at - timedelta(hours=2)
    incident.resolved_at = incident.started_at - timedelta(hours=1)
    incident.status = "scheduled"
    with pytest.raises(ValidationError) as refused:
        incident.full_clean()

    assert set(refused.value.messages) == {
        "Mitigated can't be before started.",
        "Resolved can't be before started.",
        "This status doesn't belong to this kind of incident.",
    }


def test_a_check_on_an_excluded_column_is_left_out_and_the_others_are_not(page):
    incident = make_incident(page)
    incident.mitigated_at = incident.resolved_at = incident.started_at - timedelta(hours=1)

    with pytest.raises(ValidationError) as refused:
        incident.validate_constraints(exclude={"mitigated_at"})
    assert refused.value.messages == ["Resolved can't be before started."]


def test_uniqueness_is_still_asked_about(page):
    page.pk, page.code = None, "another"

    with pytest.raises(ValidationError, match="Another page already is the default"):
        page.full_clean()
