"""Writing a postmortem as people do, from the facts to the public and its corrections."""

import re
import time
from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, StorageState, expect

from .axe import faults
from .conftest import Stack, leave, sign_in
from .editor import EDITOR, choose_tab, have_resolved, start_writing, type_after


def test_an_image_stands_on_a_line_of_its_own(responder_page: Page, stack: Stack):
    have_resolved(stack, "Logos were missing")
    page = responder_page
    start_writing(page, "Logos were missing")
    page.wait_for_load_state()
    picture = BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "PNG")

    page.get_by_role("button", name="Image", exact=True).click()
    page.locator("#image-form input[type=file]").set_input_files(
        {"name": "red.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    page.get_by_role("button", name="Add the image").click()
    expect(page.locator("#image-problem")).to_contain_text("This field is required.")
    page.locator("#image-form [name=alt]").fill("A red square")
    page.route("**/images/", lambda route: route.abort(), times=1)
    page.get_by_role("button", name="Add the image").click()
    expect(page.locator("#image-problem")).to_contain_text("The server can’t be reached.")
    page.get_by_role("button", name="Add the image").click()

    text = page.get_by_label("Text", exact=True)
    expect(text).to_have_value(re.compile(r"^## Summary\n\n!\[A red square\]\(/media/\S+\)\n\n"))
    expect(page.locator("#preview").get_by_role("img", name="A red square").first).to_be_visible()

    text.fill("One\n\n## Detection\n\nTwo")
    text.evaluate("(area, at) => area.setSelectionRange(at, at)", len("One\n\n## Det"))
    page.locator("#images > summary").click()
    page.locator("#image-form input[type=file]").set_input_files(
        {"name": "blue.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    page.locator("#image-form [name=alt]").fill("A blue square")
    page.get_by_role("button", name="Add the image").click()
    expect(text).to_have_value(re.compile(r"^One\n\n## Detection\n\n!\[A blue square\]\(/media/\S+\)\n+Two$"))
    expect(page.locator("#images > summary")).to_have_text("Images (2)")
    expect(page.locator("#image-list code")).to_have_text([re.compile("A red square"), re.compile("A blue square")])


def test_the_preview_stays_beside_a_long_text(responder_page: Page, stack: Stack):
    have_resolved(stack, "Long story")
    page = responder_page
    start_writing(page, "Long story")
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


def test_a_column_of_numbers_stands_to_the_right_in_the_preview_and_in_the_exported_page(
    responder_page: Page, stack: Stack
):
    have_resolved(stack, "Numbers went up")
    page = responder_page
    start_writing(page, "Numbers went up")
    page.wait_for_load_state()
    page.get_by_label("Text", exact=True).fill("## Impact\n\n| Region | Requests |\n| --- | ---: |\n| West | 700 |\n")
    shown = page.locator(".preview-marked")
    expect(shown.get_by_role("cell", name="700")).to_have_css("text-align", "right")
    expect(shown.get_by_role("cell", name="West")).to_have_css("text-align", "left")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()

    exported = page.context.new_page()  # which allows styles of its own, as a file does
    exported.set_content(page.request.get(f"{page.url}export/internal.html/").text())

    expect(exported.get_by_role("cell", name="700")).to_have_css("text-align", "right")


def test_marked_lines_become_items_from_the_editor_and_nothing_unsaved_is_lost(responder_page: Page, stack: Stack):
    have_resolved(stack, "Alerts came late")
    page = responder_page
    start_writing(page, "Alerts came late")
    type_after(page, "Action items", "- [ ] Alert on the queue's age (detect, P1)\n- [ ] Roll back faster")
    page.get_by_role("link", name="Make action items of them").click()

    expect(page.get_by_label("Title").nth(0)).to_have_value("Alert on the queue's age")
    expect(page.get_by_label("Kind").nth(0)).to_have_value("detect")
    page.get_by_role("button", name="Add them").click()
    expect(page).to_have_url(EDITOR)
    expect(page.get_by_text("2 action items are added.")).to_be_visible()
    text = page.get_by_label("Text", exact=True)
    expect(text).to_have_value(re.compile("Roll back faster"))
    expect(page.get_by_text("followed yet")).to_have_count(0)

    type_after(page, "Action items", "- [ ] Add a second alert")
    page.get_by_role("link", name="Make action items of it").click()
    expect(page.get_by_label("Title")).to_have_value("Add a second alert")
    page.get_by_role("link", name="Postmortem", exact=True).click()
    expect(text).to_have_value(re.compile("Add a second alert"))
    expect(page.get_by_text("This browser kept a text")).to_have_count(0)


def test_written_reviewed_published_taken_back_published_and_corrected(
    responder_page: Page, reader: Page, browser: Browser, stack: Stack, colleague: None
):
    page = responder_page
    start_writing(page, "Website unavailable")
    code = page.url.split("/")[-3]
    for heading, words in (
        ("Summary", "The website was away."),
        ("Impact", "About 300 people saw errors. [[internal: Acme called.]]"),
        ("Contributing factors", "A full disk, which Jo obviously should have seen."),
    ):
        type_after(page, heading, words)
    hint = page.get_by_role("listitem").filter(has_text="only so in hindsight")
    expect(hint).to_be_visible()
    expect(page.locator("mark.internal").first).to_have_text("Acme called.")
    page.get_by_role("button", name="Save", exact=True).click()

    choose_tab(page, "Review")
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

    choose_tab(page, "Publish")
    expect(page.get_by_role("region", name="As the public will read it")).not_to_contain_text("Acme")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("timer")).to_have_text(re.compile("^([1-9]|10)$"))
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("It was taken back.")).to_be_visible()
    reader.goto(f"/incidents/{code}")
    expect(reader.get_by_role("region", name="Postmortem")).to_have_count(0)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("It is public since")).to_be_visible(timeout=90_000)
    _reload_until(reader, "About 300 people saw errors.")
    expect(reader.locator("body")).not_to_contain_text("Acme")

    choose_tab(page, "Write")
    text = page.get_by_label("Text", exact=True)
    text.fill(text.input_value().replace("300", "400"))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The public still reads what was published")).to_be_visible()
    other.reload()
    other.get_by_role("button", name="Approve this text").click()
    expect(other.get_by_text("It is approved now.")).to_be_visible()
    choose_tab(page, "Publish")
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
    start_writing(page, "API requests time out")
    expect(page.get_by_text("All is saved.")).to_be_visible()
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
        choose_tab(page, tab)
        found = faults(page)
        assert [(tab, each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    choose_tab(page, "Write")

    state = page.context.storage_state()
    bare = browser.new_context(base_url=stack.url, java_script_enabled=False, storage_state=state).new_page()
    bare.goto(page.url)
    bare.get_by_label("Text", exact=True).fill("Without a script.")
    bare.get_by_role("button", name="Save", exact=True).click()
    expect(bare.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(bare.get_by_role("region", name="Preview")).to_contain_text("Without a script.")
    bare.context.close()


def test_printed_code_is_not_cut_at_the_edge_of_the_paper(responder_page: Page, stack: Stack):
    have_resolved(stack, "Code was cut")
    code = stack.shell(
        "from incidents.lifecycle import publish_postmortem, save_postmortem_draft;"
        "from incidents.models import Incident;"
        "incident = Incident.objects.get(name='Code was cut');"
        "save_postmortem_draft(incident=incident, body='```\\n' + 'word ' * 60 + 'x' * 300 + '\\n```\\n', by=None);"
        "publish_postmortem(incident=incident, by=None); print(incident.code)"
    ).strip()
    page = responder_page
    page.set_viewport_size({"width": 718, "height": 1_000})  # A4 within its margins
    page.emulate_media(media="print")
    for path in (f"/console/incidents/{code}/postmortem/review/", f"/incidents/{code}"):
        page.goto(path)
        block = page.locator("pre").filter(has_text="word word")
        assert block.evaluate("(pre) => pre.scrollWidth <= pre.clientWidth"), path


@pytest.fixture(scope="module")
def editor(browser: Browser, stack: Stack, signed_in: StorageState) -> Iterator[Page]:
    """A postmortem that is open in the editor, for all that is only typed."""
    have_resolved(stack, "Marks were missing")
    page = browser.new_context(base_url=stack.url, storage_state=signed_in).new_page()
    start_writing(page, "Marks were missing")
    yield page
    leave(page)


@pytest.mark.parametrize(
    ("before", "chosen", "keys", "after"),
    [
        ("a **bold** b", "bold", "Control+i", "a ***bold*** b"),
        ("a ***both*** b", "both", "Control+i", "a **both** b"),
        ("a ***both*** b", "both", "Control+b", "a *both* b"),
        ("a *italic* b", "italic", "Control+b", "a ***italic*** b"),
        ("a **bold** b", "**bold**", "Control+b", "a bold b"),
        ("a **bold** b", "**bold**", "Control+i", "a ***bold*** b"),
        ("a ***both*** b", "***both***", "Control+b", "a *both* b"),
        ("a `code` b", "`code`", "Control+e", "a code b"),
        ("**a** and **b**", "**a** and **b**", "Control+i", "***a** and **b***"),
        ("a word b", " word ", "Control+b", "a **word** b"),
        ("a [[internal: word]] b", "[[internal: word]] ", "Control+m", "a word b"),
        ("a b", " ", "Control+b", "a **bold**b"),
    ],
)
def test_marks_go_around_the_words_and_off_again(editor: Page, before: str, chosen: str, keys: str, after: str):
    text = editor.get_by_label("Text", exact=True)
    text.fill(before)
    start = before.index(chosen)
    text.evaluate("(area, range) => area.setSelectionRange(...range)", [start, start + len(chosen)])
    text.press(keys)
    expect(text).to_have_value(after)


@pytest.mark.parametrize(
    ("tool", "before", "after"),
    [
        ("Numbered list", "- one\n* two", "1. one\n2. two"),
        ("List", "1. one\n2) two", "- one\n- two"),
        ("List", "- one\ntwo", "- one\n- two"),
        ("Heading", "#### One\nTwo", "## One\n## Two"),
    ],
)
def test_a_line_has_one_mark_of_a_kind(editor: Page, tool: str, before: str, after: str):
    _press(editor, tool, before, all_of_it=True)
    expect(editor.get_by_label("Text", exact=True)).to_have_value(after)


@pytest.mark.parametrize(("key", "code"), [("B", "KeyB"), ("и", "KeyB"), ("b", "KeyN")])
def test_a_shortcut_is_the_letter_or_on_a_keyboard_of_other_letters_its_place(editor: Page, key: str, code: str):
    text = editor.get_by_label("Text", exact=True)
    text.fill("plain")
    text.select_text()
    text.dispatch_event("keydown", {"key": key, "code": code, "ctrlKey": True})
    expect(text).to_have_value("**plain**")


def test_save_has_its_shortcut_wherever_the_focus_is(editor: Page):
    editor.get_by_label("Text", exact=True).fill("Typed before.")
    said = editor.locator("#images > summary").evaluate("""(elsewhere) => {
        const area = document.getElementById("id_body");
        area.value = "Saved from elsewhere.";
        area.dispatchEvent(new InputEvent("input", { bubbles: true }));
        const press = { key: "s", code: "KeyS", ctrlKey: true, bubbles: true, cancelable: true };
        const isLeftToTheBrowser = elsewhere.dispatchEvent(new KeyboardEvent("keydown", press));
        return [isLeftToTheBrowser, document.getElementById("save-state").textContent];
    }""")
    assert said == [False, "Saving…"]


def _reload_until(reader: Page, words: str) -> None:
    """Reload until the report says it: whoever put it out publishes right after its transaction, in its own process."""
    for _ in range(60):
        reader.reload()
        if words in reader.inner_text("main"):
            break
        time.sleep(0.25)
    expect(reader.get_by_role("region", name="Postmortem")).to_contain_text(words)


def _press(page: Page, tool: str, words: str, *, all_of_it: bool = False, caret: int | None = None) -> None:
    """Press a tool in a text of these words, with all selected or the caret somewhere; the end where it isn't said."""
    text = page.get_by_label("Text", exact=True)
    text.fill(words)
    end = len(words) if caret is None else caret
    text.evaluate("(area, [start, end]) => area.setSelectionRange(start, end)", [0 if all_of_it else end, end])
    page.get_by_role("button", name=tool, exact=True).click()
