"""Which figures are asked for; all of it lives in the address, so that a view can be linked and shared."""

from datetime import date, timedelta

from django import forms

from incidents.choices import Impact
from incidents.models import Component, Page
from incidents.reporting.overview import Asked
from incidents.reporting.spans import DEFAULT, PRESETS, Span, preset

EARLIEST, LATEST = 1970, 2200


class FiguresFilter(forms.Form):
    """Days of the page's zone, an impact, a component. What can't be read is ignored, and said beside the field."""

    since = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}), label="From")
    until = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}), label="Before")
    impact = forms.ChoiceField(required=False)
    component = forms.ModelChoiceField(
        queryset=Component.objects.none(), required=False, to_field_name="code", empty_label="Any"
    )
    mean = forms.BooleanField(required=False, label="Show means too")
    period = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: dict[str, object], *, page: Page, today: date) -> None:
        self.page, self.today = page, today
        super().__init__(self._with_days(data))
        self.fields["component"].queryset = page.components.select_related("group").order_by("name", "pk")
        self.fields["component"].label_from_instance = lambda component: component.full_name
        self.fields["impact"].choices = [
            ("", "Any"),
            *[(impact.value, impact.label) for impact in Impact if impact != Impact.MAINTENANCE],
        ]

    def _with_days(self, data: dict[str, object]) -> dict[str, object]:
        """The data with the days that a period stands for; days that were typed win over it."""
        given = {name: data.get(name, "") for name in ("since", "until", "impact", "component", "period", "mean")}
        typed = bool(given["since"] or given["until"])
        if not typed and given["period"] not in PRESETS:
            given["period"] = DEFAULT
        if given["period"] in PRESETS:
            span = preset(given["period"], self.today)
            days = {
                name: day.isoformat() if day else "" for name, day in (("since", span.since), ("until", span.until))
            }
            if typed and any(given[name] != day for name, day in days.items()):
                given["period"] = ""
            else:
                given |= days
        return given

    def clean_since(self) -> date | None:
        """The first day."""
        return _within_reason(self.cleaned_data["since"])

    def clean_until(self) -> date | None:
        """The day before which it ends; after the first one."""
        since, until = self.cleaned_data.get("since"), _within_reason(self.cleaned_data["until"])
        if since and until and until <= since:
            raise forms.ValidationError("This must be after “From”: the day itself is not counted.")
        return until

    def check_period(self, typed: str) -> None:
        """Refuse a period that is none, where nobody would see which one was taken instead."""
        if typed and typed not in PRESETS:
            self.add_error("period", f"It is one of {', '.join(PRESETS)}.")

    @property
    def chosen_period(self) -> str:
        """The preset in force; empty when days were typed."""
        return str(self.data["period"])

    def asked(self) -> Asked:
        """What is wanted, as far as it could be read."""
        self.is_valid()
        found = self.cleaned_data
        span = Span(found.get("since"), found.get("until"))
        if "since" in self.errors or "until" in self.errors:
            span = preset(DEFAULT, self.today)
        elif span.since and not span.until:
            span = Span(span.since, max(self.today, span.since) + timedelta(days=1))
        return Asked(self.page, span, found.get("impact") or "", found.get("component"))


def _within_reason(day: date | None) -> date | None:
    if day and not EARLIEST <= day.year <= LATEST:
        raise forms.ValidationError(f"Write a year from {EARLIEST} to {LATEST}.")
    return day
