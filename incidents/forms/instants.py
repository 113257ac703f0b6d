"""A field for an instant, and what is asked of a time that a clock shows twice or never."""

from collections.abc import Mapping
from datetime import date, datetime

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from incidents.instants import EARLIEST_YEAR, LATEST_YEAR, format_day, format_offset, format_time, readings


def check_year(day: date) -> None:
    """Refuse a day or instant whose year nobody can mean."""
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise forms.ValidationError(f"The year is from {EARLIEST_YEAR} to {LATEST_YEAR}.")


def _meant(local: datetime) -> tuple[datetime, ...]:
    """The instants of the current time zone that a time without a zone can mean."""
    try:
        return readings(local, timezone.get_current_timezone())
    except OverflowError:  # the first and last day that a calendar has
        return ()


def _parsed(typed: object) -> datetime | None:
    """What was typed, with or without a zone; None where it is no time."""
    try:
        return parse_datetime(typed.strip()) if isinstance(typed, str) else None
    except ValueError:
        return None


class InstantInput(forms.DateTimeInput):
    """A time of the current zone, and beside one that comes twice, as clocks go back, which of the two is meant.

    Browsers' fields for times hold no offset, so that is a field of its own, which only such a time has.
    """

    template_name = "incidents/_instant.html"

    def __init__(self) -> None:
        super().__init__(attrs={"type": "datetime-local", "step": "any"}, format="%Y-%m-%dT%H:%M:%S")

    def value_from_datadict(self, data: Mapping[str, str], files: object, name: str) -> str | None:
        """What was typed, with the offset that was chosen where the time has two; else the choice says nothing."""
        typed = super().value_from_datadict(data, files, name)
        local = _parsed(typed)
        if local is None or local.tzinfo is not None:
            return typed
        chosen = data.get(f"{name}_offset")
        twice = _meant(local)
        return f"{typed.strip()}{chosen}" if len(twice) == 2 and chosen in map(format_offset, twice) else typed

    def get_context(self, name: str, value: object, attrs: dict[str, object] | None) -> dict[str, object]:
        """What the template needs, with the `choices` of a time that comes twice."""
        local, chosen = _shown(value)
        context = super().get_context(name, value if local is None else local, attrs)
        twice = _meant(local) if local else ()
        which = zip(twice, ("the first time", "the second time"), strict=False) if len(twice) == 2 else ()
        # By their offsets: in one zone, Python calls both of them equal.
        offset = format_offset(chosen) if chosen else ""
        context["choices"] = [
            (
                format_offset(at),
                f"{format_time(at, at.tzinfo)} ({format_offset(at)}), {words}",
                format_offset(at) == offset,
            )
            for at, words in which
        ]
        context |= {"local": local, "described_by": context["widget"]["attrs"].get("aria-describedby")}
        return context


class HiddenInstant(forms.HiddenInput):
    """A time with its offset, to compare with what is typed: one that comes twice would be two times."""

    def format_value(self, value: object) -> str | None:
        """What `InstantField` reads as the same instant again."""
        _, at = _shown(value)
        return value if at is None else at.isoformat()


def _shown(value: object) -> tuple[datetime | None, datetime | None]:
    """The time that a field shows, without a zone, and the instant that it says, where it says which."""
    zone = timezone.get_current_timezone()
    if isinstance(value, datetime):  # the form's own, already of the zone; its `fold` says which
        return value.replace(fold=0), value.replace(tzinfo=zone)
    typed = _parsed(value)
    if typed is None or typed.tzinfo is None:
        return typed, None
    try:
        at = typed.astimezone(zone)
    except OverflowError:
        return None, None
    return at.replace(tzinfo=None, fold=0), at


class InstantField(forms.DateTimeField):
    """An instant, typed and shown in the current time zone (the page's), which its help names.

    A time that comes twice needs a word on which is meant: chosen beside it, or an offset typed behind it.
    """

    default_validators = (check_year,)
    hidden_widget = HiddenInstant

    def __init__(self, **options: object) -> None:
        options.setdefault("required", False)
        super().__init__(widget=InstantInput(), **options)

    def to_python(self, value: object) -> datetime | None:
        """The instant; a time that comes twice, or never, is refused in words that say the way out."""
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            local = _parsed(value)
            if error.code != "ambiguous_timezone" or local is None:
                raise
        there = local.replace(tzinfo=timezone.get_current_timezone())
        time, day = f"{local:%H:%M}", format_day(there, there.tzinfo)
        if len(twice := _meant(local)) == 2:
            first, second = (f"{format_time(at, at.tzinfo)} ({format_offset(at)})" for at in twice)
            raise forms.ValidationError(
                f"Clocks go back on {day}, so {time} comes twice: choose {first}, or {second} later.", code="twice"
            )
        raise forms.ValidationError(f"Clocks go forward on {day}, so there is no {time}.", code="skipped")

    def get_bound_field(self, form: forms.Form, field_name: str) -> forms.BoundField:
        """The field with the zone that its time is in ahead of its help."""
        bound = super().get_bound_field(form, field_name)
        zone = timezone.get_current_timezone_name().removeprefix("Etc/")
        bound.help_text = f"{zone} time. {self.help_text}".strip()
        return bound
