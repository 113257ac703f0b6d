"""The tags that name causes; incidents and action items with the same one are brought together."""

from .models import ActionItem, Page

MOST = 200


def known_causes(page: Page) -> list[str]:
    """Causes that a page names already, each once whatever its capitals, by name; 200 where there are more."""
    incidents = page.incidents.exclude(cause="").order_by("cause").values_list("cause", flat=True)
    items = ActionItem.objects.of_page(page).exclude(cause="").order_by("cause").values_list("cause", flat=True)
    named = {cause.casefold(): cause for rows in (items, incidents) for cause in rows.distinct()[:MOST]}
    return [named[key] for key in sorted(named)][:MOST]
