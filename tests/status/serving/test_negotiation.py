"""Content codings and conditions, against RFC 9110."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from status.serving.negotiation import coding, is_unchanged

OFFERED = ("", "br", "gzip")


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("gzip;q=1.0, identity; q=0.5, *;q=0", "gzip"),
        ("gzip;q=0", ""),
        ("*", "br"),
        ("*;q=0", ""),
        ("br;q=0, *", "gzip"),
        ("identity", ""),
        ("identity;q=1, gzip;q=0.5", ""),
        ("x-gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip;q=banana", ""),
        (",,;;q=,", ""),
        ("deflate", ""),
    ],
)
def test_coding(accepted, expected):
    assert coding(accepted, OFFERED) == expected


@given(st.text(max_size=200))
def test_any_header_is_survived_and_only_offered_codings_are_chosen(accepted):
    assert coding(accepted, OFFERED) in OFFERED
    assert coding(accepted, ("",)) == ""


MODIFIED = 1_700_000_000  # Tue, 14 Nov 2023 22:13:20 GMT
AT, LATER, EARLIER = (f"Tue, 14 Nov 2023 22:13:{second} GMT" for second in ("20", "21", "19"))


@pytest.mark.parametrize(
    ("if_none_match", "if_modified_since", "expected"),
    [
        (None, None, False),
        ('"a"', None, True),
        ('"b"', None, False),
        ('"b", "a"', None, True),
        ('W/"a"', None, True),
        ("*", None, True),
        ("", None, False),
        (None, AT, True),
        (None, LATER, True),
        (None, EARLIER, False),
        (None, "yesterday", False),
        (None, "Tue, 99 Nov 2023 22:13:20 GMT", False),
        ('"b"', LATER, False),  # the entity tag wins
        ('"a"', EARLIER, True),
    ],
)
def test_conditions(if_none_match, if_modified_since, expected):
    assert is_unchanged('"a"', MODIFIED, if_none_match, if_modified_since) is expected


@given(st.text(max_size=100), st.text(max_size=100))
def test_any_condition_is_survived(if_none_match, if_modified_since):
    is_unchanged('"a"', MODIFIED, if_none_match, if_modified_since)
    is_unchanged('"a"', MODIFIED, None, if_modified_since)
