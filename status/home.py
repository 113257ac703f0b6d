"""What the home page shows."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from incidents.choices import ComponentStatus
from incidents.component_status import statuses_at
from incidents.models import Component, Page
from incidents.severity import worst

from .reports import Report, report_of, with_everything
from .summary import Summary, summarise

DAYS_SHOWN = 15


@dataclass(frozen=True, slots=True)
class ComponentView:
    """One component and how it is."""

    name: str
    description: str
    status: str
    label: str


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group and how its worst component is; the ungrouped ones come under no name."""

    name: str
    description: str
    status: str
    label: str
    components: tuple[ComponentView, ...]

    @property
    def is_open(self) -> bool:
        """Whether its components are worth showing without being asked: something is wrong, or there are few."""
        return self.status != ComponentStatus.OPERATIONAL or len(self.components) <= 6


@dataclass(frozen=True, slots=True)
class DayView:
    """One day of the page's zone and the incidents that began on it."""

    day: date
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """Everything on the home page."""

    summary: Summary
    open_reports: tuple[Report, ...]
    running: tuple[Report, ...]
    groups: tuple[GroupView, ...]
    upcoming: tuple[Report, ...]
    days: tuple[DayView, ...]


def home_of(page: Page, at: datetime) -> Home:
    """The home page of a page at an instant, from a bounded number of queries."""
    components = list(page.components.living().in_page_order())
    statuses = statuses_at(components, at)
    everything = with_everything(page.incidents.all())
    return Home(
        summary=summarise(statuses.values()),
        open_reports=tuple(report_of(incident, at) for incident in everything.unresolved()),
        running=tuple(report_of(incident, at) for incident in everything.in_progress(at)),
        groups=_groups(components, statuses),
        upcoming=tuple(report_of(incident, at) for incident in everything.upcoming(at)),
        days=_days(page, at),
    )


def _groups(components: list[Component], statuses: dict[int, ComponentStatus]) -> tuple[GroupView, ...]:
    by_group: dict[object, list[Component]] = {}
    for component in components:
        by_group.setdefault(component.group, []).append(component)
    ordered = sorted(by_group, key=lambda group: (group.position, group.pk) if group else (0, 0))
    views = []
    for group in ordered:
        shown = [
            component
            for component in by_group[group]
            if statuses[component.pk] != ComponentStatus.OPERATIONAL or not component.only_show_if_degraded
        ]
        if shown:
            status = ComponentStatus(worst(statuses[component.pk] for component in shown))
            views.append(
                GroupView(
                    name=group.name if group else "",
                    description=group.description if group else "",
                    status=status,
                    label=status.label,
                    components=tuple(_component(component, statuses[component.pk]) for component in shown),
                )
            )
    return tuple(views)


def _component(component: Component, status: ComponentStatus) -> ComponentView:
    return ComponentView(component.name, component.description, status, status.label)


def _days(page: Page, at: datetime) -> tuple[DayView, ...]:
    """The last days, today first, each with the closed incidents and maintenances of that day."""
    zone = page.zone
    today = at.astimezone(zone).date()
    first = today - timedelta(days=DAYS_SHOWN - 1)
    since = datetime.combine(first, time(), tzinfo=zone)
    recent = with_everything(page.incidents.closed().filter(resolved_at__gte=since))
    reports = [report_of(incident, at) for incident in recent.order_by("-started_at", "-pk")]
    days = [today - timedelta(days=back) for back in range(DAYS_SHOWN)]
    return tuple(DayView(day, tuple(report for report in reports if _day_of(report, zone) == day)) for day in days)


def _day_of(report: Report, zone: object) -> date:
    """The day that a closed report is told under: when it was resolved or completed."""
    return (report.resolved_at or report.started_at).astimezone(zone).date()
