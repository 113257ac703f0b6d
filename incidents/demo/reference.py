"""The reference incident of 4 October 2022, told in our own words. All times UTC."""

from collections.abc import Mapping
from datetime import UTC, datetime

from incidents.choices import (
    ActionItemKind,
    ComponentStatus,
    IncidentStatus,
    Moment,
    MomentSource,
    Precision,
    Priority,
    TargetMetric,
)
from incidents.lifecycle import (
    Outage,
    add_action_item,
    adjudicate_outages,
    change_action_item,
    correct_moment,
    open_incident,
    post_update,
    publish_postmortem,
    save_postmortem_draft,
)
from incidents.models import Component, Incident, Page, User

NAME = "Bitbucket website and API outage"

INVESTIGATING = (
    "We are looking into reports that pages of the Bitbucket website fail to load and that API requests are refused. "
    "We will post here as soon as we know more."
)
IDENTIFIED = (
    "We have found the cause: a configuration change made new instances of our edge proxy crash, and the remaining "
    "ones were overloaded. The change has been reverted and traffic is recovering."
)
MONITORING = "The website and the API answer normally again. We are watching closely before we call this resolved."
RESOLVED = "This incident is resolved. Bitbucket has been working normally since the change was reverted at 08:12 UTC."

POSTMORTEM = """\
## Summary

On 4 October 2022, between 07:17 and 08:12 UTC, people using the Bitbucket website saw errors or pages that did not \
load. The incident ended after **55 minutes**, when a configuration change was reverted.

## What happened

We were adding a cache cluster and changed the configuration of the Envoy proxies in front of the website to reach it. \
The new configuration led Envoy into a bug of its own: when the answer to a Redis cluster command contained host names \
instead of addresses, the proxy crashed.

Proxies that were already running were not affected at first. But when the service scaled up in the morning, each new \
proxy started with the new configuration and crashed. The existing ones took more and more traffic, became overloaded, \
failed their health checks and were taken out in turn.

## How we found it

Automated monitoring noticed the failures within 14 minutes, and the engineers on call were paged at once.

## How we fixed it

At 08:12 UTC the configuration change was reverted. New proxies then started normally and the website recovered.

## Who was affected

The website. Although our page listed the API as affected too, we found afterwards that API requests and Git over SSH \
and HTTPS went through other proxies and kept working.

## What we do about it

We are sorry for this interruption. The action items below are meant to make such a failure unlikely, and shorter to \
notice and to undo should one happen again.
"""

ACTION_ITEMS = (
    (
        "Redeploy pre-production and run post-deployment verification after every Envoy configuration change",
        ActionItemKind.PREVENT,
        Priority.P1,
        TargetMetric.NONE,
        "The deployment pipeline now ends with the verification run, and stops where it fails.",
    ),
    (
        "Upgrade Envoy to the version that fixes the crash",
        ActionItemKind.PREVENT,
        Priority.P0,
        TargetMetric.NONE,
        "All proxies report the new version, and the crash no longer happens with the configuration of that day.",
    ),
    (
        "Make rolling back the Envoy control plane faster, to shorten recovery",
        ActionItemKind.MITIGATE,
        Priority.P1,
        TargetMetric.TTR,
        "",
    ),
    (
        "Alert earlier and better on degraded services, to shorten detection",
        ActionItemKind.DETECT,
        Priority.P1,
        TargetMetric.TTD,
        "",
    ),
)
"""Title, kind, priority, the figure that it should move, and what shows that it is done; nothing where it isn't."""


def moment(hour: int, minute: int, *, day: int = 4) -> datetime:
    """An instant in October 2022."""
    return datetime(2022, 10, day, hour, minute, tzinfo=UTC)


def tell_reference_incident(page: Page, components: Mapping[str, Component], by: User | None) -> Incident:
    """Open, update, resolve and review the reference incident on a page with its four components."""
    website, api = components["Website"], components["API"]
    incident = open_incident(
        page=page,
        name=NAME,
        body=INVESTIGATING,
        by=by,
        at=moment(7, 36),
        component_statuses={website: ComponentStatus.MAJOR_OUTAGE, api: ComponentStatus.MAJOR_OUTAGE},
        moments={Moment.STARTED: moment(7, 17)},
    )
    correct_moment(
        incident=incident,
        moment=Moment.DETECTED,
        value=moment(7, 31),
        by=by,
        source=MomentSource.ALERT,
        precision=Precision.AT_MOST,
    )
    post_update(incident=incident, status=IncidentStatus.IDENTIFIED, body=IDENTIFIED, by=by, at=moment(8, 14))
    post_update(incident=incident, status=IncidentStatus.MONITORING, body=MONITORING, by=by, at=moment(8, 16))
    correct_moment(incident=incident, moment=Moment.MITIGATED, value=moment(8, 12), by=by)
    post_update(incident=incident, status=IncidentStatus.RESOLVED, body=RESOLVED, by=by, at=moment(8, 39))
    _review(incident, website, api, by)
    return incident


def _review(incident: Incident, website: Component, api: Component, by: User | None) -> None:
    outage = Outage(ComponentStatus.MAJOR_OUTAGE, moment(7, 17), moment(8, 12))
    adjudicate_outages(incident=incident, component=website, outages=[outage], by=by)
    adjudicate_outages(incident=incident, component=api, outages=[], by=by)
    save_postmortem_draft(incident=incident, body=POSTMORTEM, by=by, at=moment(1, 20, day=13))
    items = [
        add_action_item(
            incident=incident,
            title=title,
            kind=kind,
            priority=priority,
            metric=metric,
            owner=by,
            is_public=True,
            by=by,
            at=moment(1, 25, day=13),
        )
        for title, kind, priority, metric, _ in ACTION_ITEMS
    ]
    publish_postmortem(incident=incident, by=by, at=moment(1, 35, day=13))
    for item, (*_, evidence) in zip(items, ACTION_ITEMS, strict=True):
        if evidence:
            change_action_item(item=item, status="done", evidence=evidence, by=by, at=moment(15, 0, day=28))
