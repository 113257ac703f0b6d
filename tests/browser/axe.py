"""axe-core on a page as it is: put in once for each document, and asked for what it finds wrong alone.

What it finds right is many times as much, and takes as long to hand over as to find.
"""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

ASK = "axe.run(document, { resultTypes: ['violations'] }).then((found) => found.violations)"


def faults(page: Page) -> list[dict[str, Any]]:
    """The rules that a page breaks, each with its `id`, `help` and `nodes`."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(ASK)
