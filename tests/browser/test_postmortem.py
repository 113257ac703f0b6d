"""Writing a postmortem as people do: with a network that goes away, a colleague in the same text, and the public."""

import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from .conftest import PASSWORD, Stack, sign_in

EDITOR = re.compile(r"/postmortem/$")


@pytest.fixture(scope="module")
def colleague(stack: Stack):
    """A second person who may sign in."""
    stack.manage("shell", "-c", f"from tests.factories import make_user; make_user('rina', password='{PASSWORD}')")


def test_nothing_typed_is_lost_with_the_server(responder_page: Page, stack: Stack):
    page = responder_page
    _start(page, "Errors when signing in")
    address = page.url
    _type_after(page, "Contributing factors", "A cache was full.")
    page.get_by_role("button", name="Bold").focus()
    expect(page.get_by_text("Saved at")).to_be_visible()

    stack.stop("web")
    _type_after(page, "What went well", "The alert came at once.")
    page.get_by_role("button", name="Bold").focus()
    expect(page.get_by_text("kept in this browser")).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    page.close(run_before_unload=False)
    stack.start("web")

    page = responder_page.context.new_page()
    page.goto(address)
    offer = page.get_by_role("alert").filter(has_text="This browser kept a text")
    expect(offer.get_by_role("table")).to_contain_text("The alert came at once.")
    expect(page.get_by_label("Text", exact=True)).not_to_have_value(re.compile("The alert came at once"))
    offer.get_by_role("button", name="Use the kept text").click()
    expect(page.get_by_text("Saved at")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Text", exact=True)).to_have_value(
        re.compile("A cache was full.*The alert came at once", re.S)
    )
    expect(offer).to_have_count(0)


def test_the_preview_stays_beside_a_long_text(responder_page: Page, stack: Stack):
    _resolved(stack, "Long story")
    page = responder_page
    _start(page, "Long story")
    page.wait_for_load_state()  # what is typed before htmx listens is not previewed
    page.get_by_label("Text").fill("\n\n".join(f"## Part {number}\n\nSome words." for number in range(60)))
    pane = page.locator(".preview-pane")
    expect(pane.get_by_role("heading", name="Part 59")).to_have_count(1)

    for width in (1100, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("scrollTo(0, 2000)")
        bar, box = page.locator(".editor-bar").bounding_box(), pane.bounding_box()
        assert bar
        assert box
        assert bar["y"] + bar["height"] <= box["y"]
        assert box["y"] + box["height"] <= 800
        pane.get_by_role("heading", name="Part 59").scroll_into_view_if_needed()
        assert page.evaluate("scrollY") == 2000
        assert pane.evaluate("(pane) => pane.scrollTop") > 0
        pane.evaluate("(pane) => pane.scrollTo(0, 0)")

    page.set_viewport_size({"width": 390, "height": 800})
    assert pane.evaluate("(pane) => pane.scrollHeight <= pane.clientHeight")


def test_two_people_in_different_sections_both_survive(
    responder_page: Page, browser: Browser, stack: Stack, colleague: None
):
    page = responder_page
    page.clock.install()
    _start(page, "Delayed webhooks")
    other = browser.new_context(base_url=stack.url).new_page()
    sign_in(other, "rina")
    other.goto(page.url)

    _type_after(other, "Contributing factors", "A queue grew.")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_text("Saved.", exact=True)).to_be_visible()
    _type_after(page, "What went poorly", "Nobody watched the queue.")
    page.clock.fast_forward(5_000)

    told = page.get_by_role("region", name="rina saved this postmortem while you were writing")
    expect(told).to_contain_text("No section was changed by both of you")
    told.get_by_text("Both texts side by side").click()
    expect(told.get_by_role("table")).to_contain_text("A queue grew.")
    told.get_by_role("button", name="Go on with the merged text").click()
    expect(page.get_by_text("Saved at")).to_be_visible()
    other.reload()
    both = re.compile("A queue grew.*Nobody watched the queue", re.S)
    expect(other.get_by_label("Text", exact=True)).to_have_value(both)
    other.context.close()


def test_an_expired_session_loses_nothing_and_goes_on_after_signing_in_elsewhere(responder_page: Page, stack: Stack):
    _resolved(stack, "Search was slow")
    page = responder_page
    _start(page, "Search was slow")
    page.context.clear_cookies(name="allclear-session")
    _type_after(page, "Recovery", "An index was made.")
    page.get_by_role("button", name="Bold").focus()
    expect(page.get_by_text("you have been signed out")).to_be_visible()

    elsewhere = page.context.new_page()
    sign_in(elsewhere)
    elsewhere.close()
    expect(page.get_by_text("Saved at")).to_be_visible()
    _type_after(page, "What went well", "Nobody noticed.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    text = page.get_by_label("Text", exact=True)
    expect(text).to_have_value(re.compile("An index was made.*Nobody noticed", re.S))


def test_an_answer_that_was_lost_is_no_conflict_with_oneself(responder_page: Page, stack: Stack):
    _resolved(stack, "Mails came late")
    page = responder_page
    _start(page, "Mails came late")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/autosave/", lose, times=1)
    _type_after(page, "Recovery", "A queue was emptied.")
    page.get_by_role("button", name="Bold").focus()
    expect(page.get_by_text("kept in this browser")).to_be_visible()
    _type_after(page, "Recovery", "By hand.")
    page.get_by_role("button", name="Bold").focus()
    expect(page.get_by_text("Saved at")).to_be_visible()
    page.reload()
    text = page.get_by_label("Text", exact=True)
    expect(text).to_have_value(re.compile("By hand.*A queue was emptied", re.S))
    expect(text).not_to_have_value(re.compile("<<<<<<<"))


def test_words_that_come_during_a_conflict_or_were_kept_meanwhile_are_merged_too(
    responder_page: Page, browser: Browser, stack: Stack, colleague: None
):
    _resolved(stack, "Clones were refused")
    page = responder_page
    _start(page, "Clones were refused")
    other = browser.new_context(base_url=stack.url).new_page()
    sign_in(other, "rina")
    other.goto(page.url)
    text, theirs = (each.get_by_label("Text", exact=True) for each in (page, other))

    _type_after(other, "Recovery", "Keys were read again.")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_text("Saved.", exact=True)).to_be_visible()
    _type_after(page, "What went poorly", "Nobody watched the keys.")
    page.get_by_role("button", name="Bold").focus()
    told = page.get_by_role("region", name="rina saved this postmortem while you were writing")
    expect(told).to_be_visible()
    _type_after(page, "What went well", "Typed while both texts were shown.")
    told.get_by_role("button", name="Go on with the merged text").click()
    expect(page.get_by_text("Saved at")).to_be_visible()
    all_three = re.compile("Keys were read again.*Typed while both texts were shown.*Nobody watched the keys", re.S)
    expect(text).to_have_value(all_three)

    page.route("**/autosave/", lambda route: route.abort())
    _type_after(page, "Detection", "A customer told us.")
    page.get_by_role("button", name="Bold").focus()
    expect(page.get_by_text("kept in this browser")).to_be_visible()
    other.reload()
    _type_after(other, "What surprised us", "Keys expire.")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_text("Saved.", exact=True)).to_be_visible()
    page.unroute("**/autosave/")
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.get_by_role("button", name="Use the kept text").click()
    expect(told).to_contain_text("No section was changed by both of you")
    told.get_by_role("button", name="Go on with the merged text").click()
    expect(page.get_by_text("Saved at")).to_be_visible()
    other.reload()
    expect(theirs).to_have_value(all_three)
    expect(theirs).to_have_value(re.compile("A customer told us.*Keys expire", re.S))
    other.context.close()


def test_a_link_followed_while_it_saves_waits_for_that(responder_page: Page):
    page = responder_page
    _start(page, "Slow pages for some repositories")
    line = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 400, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", slow)
    _type_after(page, "Recovery", "The pool was made larger.")
    page.get_by_role("button", name="Save", exact=True).click()
    _tab(page, "Review")
    expect(page).to_have_url(re.compile(r"/review/$"))
    _tab(page, "Write")
    expect(page.get_by_label("Text", exact=True)).to_have_value(re.compile("The pool was made larger"))


def test_marked_lines_become_items_from_the_editor_and_nothing_unsaved_is_lost(responder_page: Page, stack: Stack):
    _resolved(stack, "Alerts came late")
    page = responder_page
    _start(page, "Alerts came late")
    _type_after(page, "Action items", "- [ ] Alert on the queue's age (detect, P1)\n- [ ] Roll back faster")
    page.get_by_role("link", name="Make action items of them").click()

    expect(page.get_by_label("Title").nth(0)).to_have_value("Alert on the queue's age")
    expect(page.get_by_label("Kind").nth(0)).to_have_value("detect")
    page.get_by_role("button", name="Add them").click()
    expect(page).to_have_url(EDITOR)
    expect(page.get_by_text("2 action items are added.")).to_be_visible()
    text = page.get_by_label("Text", exact=True)
    expect(text).to_have_value(re.compile("Roll back faster"))
    expect(page.get_by_text("followed yet")).to_have_count(0)

    _type_after(page, "Action items", "- [ ] Add a second alert")
    page.get_by_role("link", name="Make action items of it").click()
    expect(page.get_by_label("Title")).to_have_value("Add a second alert")
    page.get_by_role("link", name="Postmortem", exact=True).click()
    expect(text).to_have_value(re.compile("Add a second alert"))
    expect(page.get_by_text("This browser kept a text")).to_have_count(0)


def test_written_reviewed_published_taken_back_published_and_corrected(
    responder_page: Page, reader: Page, browser: Browser, stack: Stack, colleague: None
):
    page = responder_page
    _start(page, "Website unavailable")
    code = page.url.split("/")[-3]
    for heading, words in (
        ("Summary", "The website was away."),
        ("Impact", "About 300 people saw errors. [[internal: Acme called.]]"),
        ("Contributing factors", "A full disk, which Jo obviously should have seen."),
    ):
        _type_after(page, heading, words)
    hint = page.get_by_role("listitem").filter(has_text="only so in hindsight")
    expect(hint).to_be_visible()
    expect(page.locator("mark.internal").first).to_have_text("Acme called.")
    page.get_by_role("button", name="Save", exact=True).click()

    _tab(page, "Review")
    expect(page.get_by_role("button", name="Ask for a review")).to_be_disabled()
    page.get_by_label("No action because…").fill("The disk was replaced.")
    page.get_by_role("button", name="Record").click()
    page.get_by_role("button", name="Ask for a review").click()
    expect(page.get_by_role("button", name="Approve this text")).to_be_disabled()

    other = browser.new_context(base_url=stack.url).new_page()
    sign_in(other, "rina")
    other.goto(f"/console/incidents/{code}/postmortem/review/")
    other.get_by_role("textbox", name="Comment").fill("Good to read.")
    other.get_by_role("button", name="Comment", exact=True).click()
    other.get_by_role("button", name="Approve this text").click()
    expect(other.get_by_text("It is approved now.")).to_be_visible()

    _tab(page, "Publish")
    expect(page.get_by_role("region", name="As the public will read it")).not_to_contain_text("Acme")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("timer")).to_have_text(re.compile("^[5-8]$"))
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("It was taken back.")).to_be_visible()
    page.get_by_role("button", name="Publish", exact=True).click()
    reader.goto(f"/incidents/{code}")
    expect(reader.get_by_role("region", name="Postmortem")).to_have_count(0)
    expect(page.get_by_text("It is public since")).to_be_visible(timeout=30_000)
    _reload_until(reader, "About 300 people saw errors.")
    expect(reader.locator("body")).not_to_contain_text("Acme")

    _tab(page, "Write")
    text = page.get_by_label("Text", exact=True)
    text.fill(text.input_value().replace("300", "400"))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The public still reads what was published")).to_be_visible()
    other.reload()
    other.get_by_role("button", name="Approve this text").click()
    expect(other.get_by_text("It is approved now.")).to_be_visible()
    _tab(page, "Publish")
    page.get_by_label("What was corrected").fill("It was 400 people.")
    for name in ("worker", "beat"):
        stack.stop(name)
    page.get_by_role("button", name="Publish the correction").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.goto("/console/")  # nobody looks at the postmortem, which would put it out as well
    other.context.close()
    _reload_until(reader, "About 400 people saw errors.")
    expect(reader.get_by_text("It was 400 people.")).to_be_visible()
    for name in ("worker", "beat"):
        stack.start(name)


def test_the_toolbar_works_by_keyboard_and_without_scripts_there_is_a_form(
    responder_page: Page, browser: Browser, stack: Stack
):
    page = responder_page
    _start(page, "API requests time out")
    text = page.get_by_label("Text", exact=True)
    text.fill("plain")
    text.press("Control+a")
    text.press("Control+b")
    expect(text).to_have_value("**plain**")
    text.press("Control+b")
    expect(text).to_have_value("plain")
    for tool, before, after in (
        ("Heading", "One\nTwo", "One\n## Two"),
        ("List", "One\n\nTwo", "- One\n\n- Two"),
        ("Numbered list", "One\n\nTwo", "1. One\n\n2. Two"),
        ("Quote", "One\nTwo", "> One\n> Two"),
    ):
        _press(page, tool, before, all_of_it=tool != "Heading")
        expect(text).to_have_value(after)
        _press(page, tool, after, all_of_it=tool != "Heading")
        expect(text).to_have_value(before)
    _press(page, "Table", "One\nTwo", caret=1)
    expect(text).to_have_value("One\n\n| | |\n| --- | --- |\n| | |\n\nTwo")
    text.fill("plain")
    text.press("Control+a")
    bold = page.get_by_role("button", name="Bold")
    bold.focus()
    bold.press("End")
    expect(page.get_by_role("button", name="Internal passage")).to_be_focused()
    page.keyboard.press("Enter")
    expect(text).to_have_value("[[internal: plain]]")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    for tab in ("Write", "Review", "Publish", "Revisions", "Export"):
        _tab(page, tab)
        found = Axe().run(page).response["violations"]
        assert [(tab, each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    _tab(page, "Write")

    state = page.context.storage_state()
    bare = browser.new_context(base_url=stack.url, java_script_enabled=False, storage_state=state).new_page()
    bare.goto(page.url)
    bare.get_by_label("Text", exact=True).fill("Without a script.")
    bare.get_by_role("button", name="Save", exact=True).click()
    expect(bare.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(bare.get_by_role("region", name="Preview")).to_contain_text("Without a script.")
    bare.context.close()


def _reload_until(reader: Page, words: str) -> None:
    """Reload until the report says it: whoever put it out publishes right after its transaction, in its own process."""
    for _ in range(60):
        reader.reload()
        if words in reader.inner_text("main"):
            break
        time.sleep(0.25)
    expect(reader.get_by_role("region", name="Postmortem")).to_contain_text(words)


def _resolved(stack: Stack, name: str) -> None:
    """Have an incident of this name that is over and has no postmortem."""
    stack.manage(
        "shell",
        "-c",
        "from incidents.choices import IncidentStatus; from tests.factories import make_incident;"
        f"make_incident(Page.objects.get(is_default=True), name={name!r}, status=IncidentStatus.RESOLVED)",
    )


def _start(page: Page, name: str) -> None:
    page.goto("/console/postmortems/")
    page.get_by_role("link", name=name).click()
    page.get_by_role("button", name="Start the postmortem").click()
    expect(page).to_have_url(EDITOR)


def _tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Postmortem").get_by_role("link", name=name).click()


def _press(page: Page, tool: str, words: str, *, all_of_it: bool = False, caret: int | None = None) -> None:
    """Press a tool in a text of these words, with all selected or the caret somewhere; the end where it isn't said."""
    text = page.get_by_label("Text", exact=True)
    text.fill(words)
    end = len(words) if caret is None else caret
    text.evaluate("(area, [start, end]) => area.setSelectionRange(start, end)", [0 if all_of_it else end, end])
    page.get_by_role("button", name=tool, exact=True).click()


def _type_after(page: Page, heading: str, words: str) -> None:
    """Put the caret below a heading, and type."""
    text = page.get_by_label("Text", exact=True)
    text.focus()
    text.evaluate(
        "(area, heading) => { const at = area.value.indexOf(`## ${heading}\\n`) + heading.length + 4;"
        " area.setSelectionRange(at, at); }",
        heading,
    )
    page.keyboard.type(f"\n{words}\n")
