"""What the home page shows."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from incidents.choices import ComponentStatus
from incidents.models import Component, Page
from incidents.severity import worst

from .icons import icon_of
from .present import statuses_of
from .reports import Report, reports_of
from .summary import Summary, summarise
from .uptime_bars import Bars, bars_of
from .uptime_words import rule_of

DAYS_SHOWN = 15


@dataclass(frozen=True, slots=True)
class ComponentView:
    """One component, how it is, and how it was unless it is not to show that."""

    name: str
    description: str
    status: str
    label: str
    bars: Bars | None


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
    """One day of the page's zone: what is told under it, and what else went on then (told above, or later)."""

    day: date
    reports: tuple[Report, ...]
    going_on: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """Everything on the home page."""

    summary: Summary
    open_reports: tuple[Report, ...]
    running: tuple[Report, ...]
    groups: tuple[GroupView, ...]
    uptime_rule: str
    upcoming: tuple[Report, ...]
    days: tuple[DayView, ...]

    @property
    def icon(self) -> str:
        """The icon in the browser's tab."""
        return icon_of(self.summary.indicator)

    @property
    def preview(self) -> str:
        """A sentence on what is going on, for the card that a link to the page becomes elsewhere."""
        going_on = [*self.open_reports, *self.running]
        if going_on:
            return "; ".join(f"{report.label}: {report.name}" for report in going_on[:3])
        return "Nothing is wrong at the moment." if not self.upcoming else f"Planned: {self.upcoming[0].name}"


def home_of(page: Page, at: datetime) -> Home:
    """The home page of a page at an instant, from a bounded number of queries."""
    components = list(page.components.living().in_page_order())
    statuses = statuses_of(page, components, at)
    shown = [component for component in components if _is_shown(component, statuses)]
    bars = bars_of(page, [component for component in shown if component.showcase], at)
    open_reports = tuple(reports_of(page.incidents.unresolved(), at))
    running = tuple(reports_of(page.incidents.in_progress(at), at))
    return Home(
        summary=summarise(statuses.values()),
        open_reports=open_reports,
        running=running,
        groups=_groups(shown, statuses, bars),
        uptime_rule=rule_of(page) if bars else "",
        upcoming=tuple(reports_of(page.incidents.upcoming(at), at)),
        days=_days(page, at, open_reports + running),
    )


def _is_shown(component: Component, statuses: dict[int, ComponentStatus]) -> bool:
    return statuses[component.pk] != ComponentStatus.OPERATIONAL or not component.only_show_if_degraded


def _groups(
    shown: list[Component], statuses: dict[int, ComponentStatus], bars: dict[int, Bars]
) -> tuple[GroupView, ...]:
    by_group: dict[object, list[Component]] = {}
    for component in shown:
        by_group.setdefault(component.group, []).append(component)
    ordered = sorted(by_group, key=lambda group: (group.position, group.pk) if group else (0, 0))
    views = []
    for group in ordered:
        status = ComponentStatus(worst(statuses[component.pk] for component in by_group[group]))
        views.append(
            GroupView(
                name=group.name if group else "",
                description=group.description if group else "",
                status=status,
                label=status.label,
                components=tuple(
                    _component(component, statuses[component.pk], bars.get(component.pk))
                    for component in by_group[group]
                ),
            )
        )
    return tuple(views)


def _component(component: Component, status: ComponentStatus, bars: Bars | None) -> ComponentView:
    return ComponentView(component.name, component.description, status, status.label, bars)


def _days(page: Page, at: datetime, unfinished: tuple[Report, ...]) -> tuple[DayView, ...]:
    """The last days, today first, each with the closed incidents and maintenances of that day, and what went on."""
    zone = page.zone
    today = at.astimezone(zone).date()
    first = today - timedelta(days=DAYS_SHOWN - 1)
    since = datetime.combine(first, time(), tzinfo=zone)
    closed = reports_of(page.incidents.closed().filter(resolved_at__gte=since).order_by("-started_at", "-pk"), at)
    told_under = [(report, (report.resolved_at or report.started_at).astimezone(zone).date()) for report in closed]
    later = [*((report, date.max) for report in unfinished), *told_under]
    return tuple(
        DayView(
            day=day,
            reports=tuple(report for report, told in told_under if told == day),
            going_on=tuple(
                report for report, told in later if report.happened_at.astimezone(zone).date() <= day < told
            ),
        )
        for day in (today - timedelta(days=back) for back in range(DAYS_SHOWN))
    )
