"""The template that a postmortem starts from while its page has none of its own, and filling one in. Pure."""

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")

NAME = "Full review"

REQUIRED = ("Summary", "Impact", "Timeline", "Contributing factors")
"""The headings without which there is nothing to review."""

BODY = """\
## Summary

{{between}}

<!-- Two or three sentences for somebody who has a minute: what people noticed, for how long, and what ended it. -->

## Impact

<!-- Who was hit, how badly, how many, how long. A number for each component. -->

{{components}}

## Timeline

{{timeline}}

## Detection

<!-- How did we find out? What would have told us in half the time? -->

{{detection}}

## Contributing factors

<!-- What had to come together, and what triggered it? A person's action is never the end of the question. -->

## Response and mitigation

<!-- What was tried, in which order, and what was known at each step? -->

## Recovery

{{recovery}}

## What went well

## What went poorly

## Where we were lucky

## What surprised us

<!-- What did we believe about our systems that turned out to be otherwise? -->

## Recurrence and related incidents

## Action items

<!-- Each with an owner and a date, in the incident's list of action items. Few that get done beat many that don't. -->
"""

PLACEHOLDERS = {
    "between": "from when to when there was impact, as a sentence",
    "components": "the components that the incident lists, and what was measured of each",
    "timeline": "the updates and moments as a list",
    "detection": "when it was detected, and the time to detect",
    "recovery": "when impact ended, and the time to recover",
    "moments": "the five moments as a table",
    "metrics": "all figures of the incident as a table",
}


def filled(template: str, facts: Mapping[str, str]) -> str:
    """The template with `{{name}}` replaced by each fact; a name that is none, or stands in a fact, stays as it is."""
    return _PLACEHOLDER.sub(lambda found: facts.get(found[1], found[0]), template)
