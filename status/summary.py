"""The overall state of a page, rolled up from its components. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

PARTIAL_SHARE = 0.25
"""From this share of components with an outage on, a partial outage is called one of the whole system."""

CRITICAL_SHARE = 0.5
"""From this share of components with a major outage on, the whole service is called out."""


class Indicator(StrEnum):
    """How bad it is, as Statuspage's `status.indicator` says it."""

    NONE = "none"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"
    MAINTENANCE = "maintenance"


@dataclass(frozen=True, slots=True)
class Summary:
    """The indicator and the words for it."""

    indicator: Indicator
    description: str


OPERATIONAL = Summary(Indicator.NONE, "All Systems Operational")
MAINTENANCE = Summary(Indicator.MAINTENANCE, "Service Under Maintenance")
DEGRADED = Summary(Indicator.MINOR, "Partially Degraded Service")
MINOR_OUTAGE = Summary(Indicator.MINOR, "Minor Service Outage")
PARTIAL_OUTAGE = Summary(Indicator.MAJOR, "Partial System Outage")
MAJOR_OUTAGE = Summary(Indicator.CRITICAL, "Major Service Outage")


def summarise(statuses: Iterable[str]) -> Summary:
    """Roll component statuses up. It follows from components alone, never from an incident's impact."""
    said = list(statuses)
    if not said:
        return OPERATIONAL
    major = said.count("major_outage")
    out = major + said.count("partial_outage")
    if major and major / len(said) >= CRITICAL_SHARE:
        return MAJOR_OUTAGE
    if major or (out and out / len(said) >= PARTIAL_SHARE):
        return PARTIAL_OUTAGE
    if out:
        return MINOR_OUTAGE
    if "degraded_performance" in said:
        return DEGRADED
    return MAINTENANCE if "under_maintenance" in said else OPERATIONAL
