"""The imported page itself, and its host name."""

from datetime import datetime

from incidents.models import Page, PageHost

from .gathering import Gathered
from .rows import bring_up
from .tally import Outcome, Tally


def write_page(lot: Gathered, tally: Tally, *, name: str | None, at: datetime) -> Page:
    """Create or update the page; the first one in an empty database answers on every host name."""
    told = lot.page
    facts = {"time_zone": told.time_zone and str(told.time_zone), "support_url": told.support_url}
    facts = {key: value for key, value in facts.items() if value is not None}
    page = Page.objects.filter(code=told.id).first()
    if page is None:
        page = Page.objects.create(
            code=told.id,
            name=name or told.name or lot.host or told.id,
            is_default=not Page.objects.exists(),
            created_at=told.created_at or _first_sign(lot) or told.updated_at or at,
            updated_at=told.updated_at or _last_sign(lot) or at,
            **facts,
        )
        outcome = Outcome.CREATED
    else:
        outcome = _update(page, lot, facts, name)
    tally.page_name = page.name
    tally.count("page", outcome)
    if lot.host and not PageHost.objects.filter(host=lot.host).exists():
        PageHost.objects.create(page=page, host=lot.host)
        tally.count("host names", Outcome.CREATED)
    return page


def _update(page: Page, lot: Gathered, facts: dict[str, object], name: str | None) -> Outcome:
    """A document that is older than the page as we know it only has a name to give that was asked for by hand."""
    told = lot.page
    if told.updated_at is None or told.updated_at < page.updated_at:
        facts = {}
    elif told.name:
        facts |= {"name": told.name, "updated_at": told.updated_at}
    if name:
        facts |= {"name": name}
    return bring_up(page, **facts)


def _first_sign(lot: Gathered) -> datetime | None:
    made = [row.created_at for row in (*lot.groups.values(), *lot.components.values())]
    made += [told.incident.created_at for told in lot.incidents.values()]
    return min(made, default=None)


def _last_sign(lot: Gathered) -> datetime | None:
    changed = [row.updated_at for row in (*lot.groups.values(), *lot.components.values())]
    changed += [told.incident.updated_at for told in lot.incidents.values()]
    return max(changed, default=None)
