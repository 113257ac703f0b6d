"""The form for a page's closure policy and leads."""

from collections.abc import Mapping

from django import forms

from incidents.models import ClosurePolicy, User
from incidents.models.closure_policy import LONGEST

from .action_items import people
from .overtaken import OvertakenMixin

DAYS = ("p0_days", "p1_days", "p2_days", "p3_days")


class TogetherInput(forms.HiddenInput):
    """Several user names in one hidden field, which is there also when they are none."""

    def format_value(self, value: list[str] | None) -> str:
        """The names with spaces between, which none has in it."""
        return " ".join(value or [])

    def value_from_datadict(self, data: Mapping[str, str], files: object, name: str) -> list[str] | None:
        """The names again; None where the field isn't in the form."""
        return data[name].split() if name in data else None


class PeopleField(forms.ModelMultipleChoiceField):
    """Some of the people who may sign in."""

    hidden_widget = TogetherInput

    def label_from_instance(self, person: User) -> str:
        """As colleagues know them."""
        return person.display_name


class ClosurePolicyForm(OvertakenMixin):
    """How long action items may take, and who hears of overdue ones."""

    watched = (*DAYS, "leads")

    p0_days = forms.IntegerField(label="P0: days", min_value=1, max_value=LONGEST)
    p1_days = forms.IntegerField(label="P1: days", min_value=1, max_value=LONGEST)
    p2_days = forms.IntegerField(label="P2: days", min_value=1, max_value=LONGEST)
    p3_days = forms.IntegerField(label="P3: days", min_value=1, max_value=LONGEST)
    leads = PeopleField(
        queryset=User.objects.none(),
        required=False,
        to_field_name="username",
        widget=forms.CheckboxSelectMultiple,
        help_text="They hear of items that are overdue for a week, again after two, and of those that nobody owns.",
    )

    def __init__(self, *args: object, policy: ClosurePolicy, **kwargs: object) -> None:
        initial = {name: getattr(policy, name) for name in DAYS}
        initial["leads"] = policy.leads.filter(is_active=True).order_by("username") if policy.pk else []
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["leads"].queryset = people()

    def days(self) -> list[forms.BoundField]:
        """The fields of the four priorities."""
        return [self[name] for name in DAYS]
