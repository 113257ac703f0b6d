"""Tables as CSV and JSON."""

import csv
import io
import json

import pytest

from incidents.spreadsheets import Table, as_json, csv_lines, safe

TABLE = Table(
    "things", ("name", "count", "ok", "none"), [['=cmd|"/c calc"!A1', -5, True, None], ["a,b\nc", 1.5, False, ""]]
)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", " ="])
def test_texts_that_begin_like_a_formula_are_defused(start):
    assert safe(f"{start}1+1") == f"'{start}1+1"


def test_numbers_stay_numbers():
    assert safe(-5) == -5
    assert safe("5 - 3") == "5 - 3"


def test_csv_reads_back():
    rows = list(csv.reader(io.StringIO("".join(csv_lines(TABLE)))))

    assert rows == [
        ["name", "count", "ok", "none"],
        ['\'=cmd|"/c calc"!A1', "-5", "yes", ""],
        ["a,b\nc", "1.5", "no", ""],
    ]


def test_json_tells_what_it_is_about():
    assert json.loads(as_json(TABLE, {"page": "P"}))["things"][0] == {
        "name": '=cmd|"/c calc"!A1',
        "count": -5,
        "ok": True,
        "none": None,
    }
