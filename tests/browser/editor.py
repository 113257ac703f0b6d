"""What people do in the postmortem editor, in more than one journey."""

import re

from playwright.sync_api import Locator, Page, expect

from .conftest import Stack

EDITOR = re.compile(r"/postmortem/$")


def have_resolved(stack: Stack, name: str) -> None:
    """Have an incident of this name that is over and has no postmortem."""
    stack.shell(
        "from incidents.choices import IncidentStatus; from tests.factories import make_incident;"
        f"make_incident(Page.objects.get(is_default=True), name={name!r}, status=IncidentStatus.RESOLVED)"
    )


def start_writing(page: Page, name: str) -> None:
    page.goto("/console/postmortems/")
    page.get_by_role("link", name=name).click()
    with page.expect_navigation(url=EDITOR):  # until its scripts have run
        page.get_by_role("button", name="Start the postmortem").click()


def choose_tab(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("navigation", name="Postmortem").get_by_role("link", name=name).click()


def type_after(page: Page, heading: str, words: str) -> None:
    """Put the caret below a heading, and type."""
    text = page.get_by_label("Text", exact=True)
    text.focus()
    text.evaluate(
        "(area, heading) => { const at = area.value.indexOf(`## ${heading}\\n`) + heading.length + 4;"
        " area.setSelectionRange(at, at); }",
        heading,
    )
    page.keyboard.type(f"\n{words}\n")


def type_unsaved(page: Page, heading: str, words: str) -> None:
    """Type while nothing can be saved, until the browser says that it keeps the words."""
    page.route("**/autosave/", lambda route: route.abort())
    type_after(page, heading, words)
    page.get_by_role("button", name="Bold").focus()
    expect(page.get_by_text("kept in this browser")).to_be_visible()


def type_and_save(page: Page, heading: str, words: str) -> None:
    """Type below a heading, and save with the button."""
    type_after(page, heading, words)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()


def offer_in(page: Page) -> Locator:
    """What offers a kept text back."""
    return page.get_by_role("alert").filter(has_text="This browser kept a text")


def take_and_merge(page: Page) -> None:
    """Take the text that is offered, and what it makes with the one that was saved meanwhile."""
    offer_in(page).get_by_role("button", name="Use the kept text").click()
    page.get_by_role("button", name="Go on with the merged text").click()
    expect(page.get_by_text("Saved at")).to_be_visible()
