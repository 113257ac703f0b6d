"""Facts ahead of a Markdown text, as YAML that is JSON line by line; reading it back gives the very same. Pure."""

import json
from collections.abc import Mapping

FENCE = "---\n"
FORMAT = "allclear-postmortem/1"


class NotAnExport(ValueError):
    """A file that no export of ours is; the message says what is wrong with it, and where."""


def written(facts: Mapping[str, object], text: str) -> str:
    """`---`, one `name: value` on each line, `---`, then the text as it is."""
    lines = [
        f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in {"format": FORMAT, **facts}.items()
    ]
    return "".join([FENCE, *lines, FENCE, text])


def read(document: str) -> tuple[dict[str, object], str]:
    """The facts and the text of an export; raises NotAnExport."""
    document = document.removeprefix("\ufeff").replace("\r\n", "\n")
    if not document.startswith(FENCE):
        raise NotAnExport("Line 1: an export begins with ---.")
    head, fence, text = document[len(FENCE) :].partition(f"\n{FENCE}")
    if not fence:
        raise NotAnExport("The facts at the top are never closed by ---.")
    facts: dict[str, object] = {}
    for number, line in enumerate(head.split("\n"), 2):
        name, colon, value = line.partition(": ")
        try:
            facts[name] = json.loads(value)
        except ValueError as error:
            raise NotAnExport(f"Line {number}: “{name}” has no value that can be read.") from error
        if not colon:
            raise NotAnExport(f"Line {number}: write it as name: value.")
    if facts.pop("format", None) != FORMAT:
        raise NotAnExport(f"Line 2: the format must be {FORMAT}.")
    return facts, text
