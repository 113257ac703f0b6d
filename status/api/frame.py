"""What all objects of one document share: the page, its address, its zone and how its components are."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from incidents.choices import ComponentStatus
from incidents.models import Component, Page
from status.addresses import base_url
from status.present import statuses_of
from status.sharing import once
from status.summary import summarise

from .objects import PageObject, StatusObject
from .times import written


@dataclass(frozen=True)
class Frame:
    """One page at one instant; each thing is asked of the database once, when it is first needed."""

    page: Page
    at: datetime

    @cached_property
    def zone(self) -> ZoneInfo:
        """The page's time zone."""
        return self.page.zone

    @cached_property
    def base(self) -> str:
        """The page's absolute address."""
        return base_url(self.page)

    @cached_property
    def components(self) -> list[Component]:
        """The page's components that aren't archived."""
        return list(self.page.components.living().select_related("group"))

    @cached_property
    def statuses(self) -> dict[int, ComponentStatus]:
        """How each of them is, by primary key."""
        return statuses_of(self.page, self.components, self.at)

    def page_object(self) -> PageObject:
        """The page itself."""
        return PageObject(
            id=self.page.code,
            name=self.page.name,
            url=self.base,
            time_zone=self.page.time_zone,
            updated_at=written(self.page.updated_at, self.zone),
        )

    def status_object(self) -> StatusObject:
        """The state of the page as a whole."""
        summary = summarise(self.statuses.values())
        return StatusObject(indicator=str(summary.indicator), description=summary.description)


def frame_of(page: Page, at: datetime) -> Frame:
    """The frame of a page at an instant."""
    return once(("frame", page.pk, at), lambda: Frame(page, at))
