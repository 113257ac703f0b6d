"""Nothing typed is lost: not with the server, the session or a closed tab, nor to a colleague in the same text."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from .axe import faults
from .conftest import Stack, rewrite, sign_in
from .editor import (
    choose_tab,
    have_resolved,
    offer_in,
    start_writing,
    take_and_merge,
    type_after,
    type_and_save,
    type_unsaved,
)


def test_nothing_typed_is_lost_with_the_server(responder_page: Page, stack: Stack):
    page = responder_page
    start_writing(page, "Errors when signing in")
    address = page.url
    type_after(page, "Contributing factors", "A cache was full.")
    page.get_by_role("button", name="Bold").focus()
    expect(page.get_by_text("Saved at")).to_be_visible()

    stack.stop("web")
    type_after(page, "What went well", "The alert came at once.")
    page.get_by_role("button", name="Bold").focus()
    expect(page.get_by_text("kept in this browser")).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    page.close(run_before_unload=False)
    stack.start("web")

    page = responder_page.context.new_page()
    page.goto(address)
    offer = offer_in(page)
    when = re.compile(r"from \w{3} \d\d, \d{4}, \d\d:\d\d UTC that was not saved")
    expect(offer.get_by_role("heading", name=when)).to_be_visible()
    expect(offer.get_by_role("table")).to_contain_text("The alert came at once.")
    expect(page.get_by_label("Text", exact=True)).not_to_have_value(re.compile("The alert came at once"))
    offer.get_by_role("button", name="Use the kept text").click()
    expect(page.get_by_text("Saved at")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Text", exact=True)).to_have_value(
        re.compile("A cache was full.*The alert came at once", re.S)
    )
    expect(offer).to_have_count(0)


def test_a_line_that_swallows_what_is_sent_is_given_up_and_tried_again(responder_page: Page, stack: Stack):
    def swallow(route: Route) -> None:
        pass

    have_resolved(stack, "Searches timed out")
    page = responder_page
    rewrite(page, re.compile(r"/static/js/editor/server\..*js"), {"PATIENCE = 30_000;": "PATIENCE = 3_000;"})
    start_writing(page, "Searches timed out")
    page.route("**/autosave/", swallow)
    type_after(page, "Recovery", "A pool grew.")
    page.get_by_role("button", name="Bold").focus()
    expect(page.get_by_text("Saving…")).to_be_visible()
    expect(page.get_by_text("Your text is kept in this browser.")).to_be_visible()

    page.unroute("**/autosave/", swallow)
    expect(page.get_by_text("Saved at")).to_be_visible()


def test_a_kept_text_is_offered_until_somebody_decides(responder_page: Page, stack: Stack):
    have_resolved(stack, "Pages were blank")
    page = responder_page
    start_writing(page, "Pages were blank")
    type_unsaved(page, "What went well", "The alert came at once.")
    page.unroute("**/autosave/")
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    offer = offer_in(page)
    expect(offer.get_by_role("table")).to_contain_text("The alert came at once.")

    type_after(page, "Recovery", "A script was taken back.")
    page.get_by_role("button", name="Bold").focus()
    expect(page.get_by_text("Saved at")).to_be_visible()
    page.reload()

    expect(offer.get_by_role("table")).to_contain_text("The alert came at once.")
    take_and_merge(page)
    page.reload()
    both = re.compile("A script was taken back.*The alert came at once", re.S)
    expect(page.get_by_label("Text", exact=True)).to_have_value(both)
    expect(offer).to_have_count(0)


def test_two_tabs_of_one_browser_keep_a_text_each(responder_page: Page, stack: Stack):
    have_resolved(stack, "Forks were slow")
    page = responder_page
    start_writing(page, "Forks were slow")
    address, context = page.url, page.context
    other = context.new_page()
    other.goto(address)
    for tab, heading, words in ((page, "Recovery", "A pool grew."), (other, "Detection", "A customer told us.")):
        type_unsaved(tab, heading, words)
        tab.close(run_before_unload=False)  # or it would try to save again, and keep its words anew

    page = context.new_page()
    page.goto(address)
    offer = offer_in(page)
    expect(offer.get_by_role("table")).to_contain_text("A customer told us.")
    offer.get_by_role("button", name="Use the kept text").click()
    expect(offer.get_by_role("table")).to_contain_text("A pool grew.")
    expect(page.get_by_text("Saved at")).to_be_visible()
    take_and_merge(page)
    page.reload()
    both = re.compile("A customer told us.*A pool grew", re.S)
    expect(page.get_by_label("Text", exact=True)).to_have_value(both)
    expect(offer).to_have_count(0)


def test_an_offer_goes_with_what_its_own_tab_does_next(responder_page: Page, stack: Stack):
    have_resolved(stack, "Avatars were missing")
    page = responder_page
    start_writing(page, "Avatars were missing")
    page.route("**/autosave/", lambda route: route.abort())
    type_after(page, "Recovery", "A pool grew.")
    other = page.context.new_page()
    other.goto(page.url)
    offer = offer_in(other)
    expect(offer.get_by_role("table")).to_contain_text("A pool grew.")

    type_after(page, "Detection", "A customer told us.")
    offer.get_by_role("button", name="Discard it").click()
    expect(offer.get_by_role("table")).to_contain_text("A customer told us.")
    page.unroute("**/autosave/")
    page.get_by_role("button", name="Bold").focus()
    expect(page.get_by_text("Saved at")).to_be_visible()
    expect(offer).to_have_count(0)
    other.close()


def test_a_browser_that_keeps_nothing_says_so(responder_page: Page, stack: Stack):
    have_resolved(stack, "Wikis were slow")
    page = responder_page
    page.add_init_script("Storage.prototype.setItem = () => { throw new Error('full'); };")
    start_writing(page, "Wikis were slow")
    page.route("**/autosave/", lambda route: route.abort())
    type_after(page, "Recovery", "A pool grew.")
    expect(page.get_by_text("Not saved yet. This browser keeps no copy")).to_be_visible()
    page.get_by_role("button", name="Bold").focus()
    expect(page.get_by_text("can’t be reached. This browser keeps no copy")).to_be_visible()

    page.unroute("**/autosave/")
    expect(page.get_by_text("Saved at")).to_be_visible(timeout=15_000)


def test_what_was_typed_before_the_script_came_is_kept_too(responder_page: Page, stack: Stack):
    have_resolved(stack, "Webhooks failed")
    page = responder_page
    start_writing(page, "Webhooks failed")
    page.route("**/autosave/", lambda route: route.abort())
    held: list[Route] = []
    page.route("**/js/editor/main*.js", lambda route: held.append(route))
    page.goto(page.url, wait_until="commit")
    type_after(page, "Recovery", "A pool grew.")
    page.unroute("**/js/editor/main*.js")
    for route in held:
        route.continue_()

    expect(page.get_by_text("Not saved yet.")).to_be_visible()


def test_words_typed_beside_an_offer_are_kept_when_it_is_taken(responder_page: Page, stack: Stack):
    have_resolved(stack, "Tags were missing")
    page = responder_page
    start_writing(page, "Tags were missing")
    page.route("**/autosave/", lambda route: route.abort())
    type_after(page, "What went well", "The alert came at once.")
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    offer = offer_in(page)
    expect(offer.get_by_role("table")).to_contain_text("The alert came at once.")
    type_after(page, "Recovery", "A script was taken back.")
    offer.get_by_role("button", name="Use the kept text").click()
    expect(offer.get_by_role("table")).to_contain_text("A script was taken back.")

    page.unroute("**/autosave/")
    expect(page.get_by_text("Saved at")).to_be_visible(timeout=15_000)
    take_and_merge(page)
    both = re.compile("A script was taken back.*The alert came at once", re.S)
    expect(page.get_by_label("Text", exact=True)).to_have_value(both)
    page.reload()
    expect(offer).to_have_count(0)


def test_a_save_that_is_refused_goes_on_with_its_own_copy(
    responder_page: Page, browser: Browser, stack: Stack, colleague: None
):
    have_resolved(stack, "Branches were missing")
    page = responder_page
    start_writing(page, "Branches were missing")
    other = browser.new_context(base_url=stack.url).new_page()
    sign_in(other, "rina")
    other.goto(page.url)
    type_and_save(other, "Recovery", "An index was made.")
    other.context.close()
    page.route("**/autosave/", lambda route: route.abort())
    type_after(page, "Detection", "A customer told us.")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("region", name="rina saved this postmortem while you were writing")).to_be_visible()
    page.unroute("**/autosave/")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    both = re.compile("A customer told us.*An index was made", re.S)
    expect(page.get_by_label("Text", exact=True)).to_have_value(both)
    expect(offer_in(page)).to_have_count(0)


def test_two_people_in_different_sections_both_survive(
    responder_page: Page, browser: Browser, stack: Stack, colleague: None
):
    page = responder_page
    page.clock.install()
    start_writing(page, "Delayed webhooks")
    other = browser.new_context(base_url=stack.url).new_page()
    sign_in(other, "rina")
    other.goto(page.url)

    type_and_save(other, "Contributing factors", "A queue grew.")
    type_after(page, "What went poorly", "Nobody watched the queue.")
    page.clock.fast_forward(5_000)

    told = page.get_by_role("region", name="rina saved this postmortem while you were writing")
    expect(told).to_contain_text("No section was changed by both of you")
    told.get_by_text("Both texts side by side").click()
    expect(told.get_by_role("table")).to_contain_text("A queue grew.")
    comparison = told.get_by_role("region", name="Comparison")
    page.set_viewport_size({"width": 390, "height": 800})
    assert comparison.evaluate("(box) => box.scrollWidth <= box.clientWidth")
    for words in ("A queue grew.", "Nobody watched the queue."):
        line = comparison.get_by_text(words).first.bounding_box()
        assert line
        assert line["x"] + line["width"] <= 390
    page.set_viewport_size({"width": 1280, "height": 800})
    told.get_by_role("button", name="Go on with the merged text").click()
    expect(page.get_by_text("Saved at")).to_be_visible()
    other.reload()
    both = re.compile("A queue grew.*Nobody watched the queue", re.S)
    expect(other.get_by_label("Text", exact=True)).to_have_value(both)
    other.context.close()


def test_an_expired_session_loses_nothing_and_goes_on_after_signing_in_elsewhere(responder_page: Page, stack: Stack):
    have_resolved(stack, "Search was slow")
    page = responder_page
    start_writing(page, "Search was slow")
    page.context.clear_cookies(name="allclear-session")
    type_after(page, "Recovery", "An index was made.")
    page.get_by_role("button", name="Bold").focus()
    expect(page.get_by_text("you have been signed out")).to_be_visible()

    elsewhere = page.context.new_page()
    sign_in(elsewhere)
    elsewhere.close()
    expect(page.get_by_text("Saved at")).to_be_visible()
    type_and_save(page, "What went well", "Nobody noticed.")
    text = page.get_by_label("Text", exact=True)
    expect(text).to_have_value(re.compile("An index was made.*Nobody noticed", re.S))


@pytest.mark.parametrize("cookies", [{"name": "allclear-session"}, {}], ids=["session", "all cookies"])
def test_an_ended_session_keeps_what_was_typed_in_the_room(responder_page: Page, stack: Stack, cookies: dict[str, str]):
    page = responder_page
    name = f"Mail is late without {cookies.get('name', 'any cookie')}"
    stack.shell(
        f"from incidents.models import Page; from tests.factories import make_incident;"
        f"make_incident(Page.objects.get(is_default=True), name={name!r})"
    )
    page.goto(f"/console/incidents/?q={name}")
    page.get_by_role("link", name=name).click()
    words = page.get_by_label("What should people know?")
    words.fill("We look into it.")
    page.get_by_role("button", name="Post update").click()
    said = page.get_by_text("The update is posted.")
    expect(said).to_be_visible()
    words.fill("A queue grew.")
    page.get_by_text("Add an action item").click()
    page.get_by_label("Title").fill("Alert on the queue")
    page.get_by_label("Kind").select_option("detect")
    page.context.clear_cookies(**cookies)

    alert = page.get_by_role("alert").filter(has_text="You have been signed out, and nothing was sent.")
    for button in ("Post update", "Add it"):
        with page.expect_response(lambda answer: answer.status in (401, 403)):
            page.get_by_role("button", name=button).click()
        expect(alert).to_be_in_viewport()
        expect(said).to_have_count(0)
        expect(words).to_have_value("A queue grew.")
        expect(page.get_by_label("Title")).to_have_value("Alert on the queue")
    assert faults(page) == []

    with page.expect_popup() as opened:
        alert.get_by_role("link", name="Sign in in another tab").click()
    sign_in(opened.value)
    opened.value.close()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("link", name="Alert on the queue", exact=True)).to_be_visible()
    expect(alert).to_have_count(0)
    page.get_by_role("button", name="Post update").click()
    expect(page.get_by_role("list").filter(has_text="A queue grew.").first).to_be_visible()
    expect(said).to_be_visible()


def test_an_answer_that_was_lost_is_no_conflict_with_oneself(responder_page: Page, stack: Stack):
    have_resolved(stack, "Mails came late")
    page = responder_page
    start_writing(page, "Mails came late")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/autosave/", lose, times=1)
    type_after(page, "Recovery", "A queue was emptied.")
    page.get_by_role("button", name="Bold").focus()
    expect(page.get_by_text("kept in this browser")).to_be_visible()
    type_after(page, "Recovery", "By hand.")
    page.get_by_role("button", name="Bold").focus()
    expect(page.get_by_text("Saved at")).to_be_visible()
    page.reload()
    text = page.get_by_label("Text", exact=True)
    expect(text).to_have_value(re.compile("By hand.*A queue was emptied", re.S))
    expect(text).not_to_have_value(re.compile("<<<<<<<"))


def test_words_that_come_during_a_conflict_or_were_kept_meanwhile_are_merged_too(
    responder_page: Page, browser: Browser, stack: Stack, colleague: None
):
    have_resolved(stack, "Clones were refused")
    page = responder_page
    start_writing(page, "Clones were refused")
    other = browser.new_context(base_url=stack.url).new_page()
    sign_in(other, "rina")
    other.goto(page.url)
    text, theirs = (each.get_by_label("Text", exact=True) for each in (page, other))

    type_and_save(other, "Recovery", "Keys were read again.")
    type_after(page, "What went poorly", "Nobody watched the keys.")
    page.get_by_role("button", name="Bold").focus()
    told = page.get_by_role("region", name="rina saved this postmortem while you were writing")
    expect(told).to_be_visible()
    type_after(page, "What went well", "Typed while both texts were shown.")
    told.get_by_role("button", name="Go on with the merged text").click()
    expect(page.get_by_text("Saved at")).to_be_visible()
    all_three = re.compile("Keys were read again.*Typed while both texts were shown.*Nobody watched the keys", re.S)
    expect(text).to_have_value(all_three)

    type_unsaved(page, "Detection", "A customer told us.")
    other.reload()
    type_and_save(other, "What surprised us", "Keys expire.")
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
    start_writing(page, "Slow pages for some repositories")
    line = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 400, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", slow)
    type_after(page, "Recovery", "The pool was made larger.")
    page.get_by_role("button", name="Save", exact=True).click()
    choose_tab(page, "Review")
    expect(page).to_have_url(re.compile(r"/review/$"))
    choose_tab(page, "Write")
    expect(page.get_by_label("Text", exact=True)).to_have_value(re.compile("The pool was made larger"))
