"""The bars by hand: pointing, tapping and typing."""

from playwright.sync_api import Browser, Page, expect

from .conftest import Stack

PROCESSES = ("web",)


def test_bars_by_keyboard(reader: Page):
    reader.goto("/")
    figure = reader.get_by_role("figure", name="Uptime of Website")
    bars, tip = figure.locator(".bars"), figure.locator(".tip")
    assert figure.locator("[tabindex]").count() == 1

    bars.focus()
    reader.keyboard.press("ArrowLeft")
    expect(tip).to_contain_text("No trouble")
    for _ in range(2):
        reader.keyboard.press("ArrowLeft")
    expect(tip).to_contain_text("Partial outage, 43 min")
    reader.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    expect(bars).to_be_focused()
    reader.keyboard.press("End")
    expect(tip).to_be_visible()
    for _ in range(3):
        reader.keyboard.press("ArrowLeft")
    reader.keyboard.press("Tab")
    expect(tip.get_by_role("link", name="Errors when signing in")).to_be_focused()
    reader.keyboard.press("Tab")
    expect(tip).to_be_hidden()


def test_bars_by_pointer(reader: Page):
    reader.goto("/")
    figure = reader.get_by_role("figure", name="Uptime of Website")
    bars, tip = figure.locator(".bars"), figure.locator(".tip")
    box = bars.bounding_box()

    bars.hover(position={"x": box["width"] * 86.4 / 90, "y": 10})
    expect(tip).to_contain_text("Partial outage, 43 min")
    tip.get_by_role("link").hover()
    expect(tip).to_be_visible()
    reader.mouse.move(5, 5)
    expect(tip).to_be_hidden()
    bars.hover()
    reader.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_phone_shows_thirty_days_and_says_so(browser: Browser, stack: Stack):
    context = browser.new_context(base_url=stack.url, viewport={"width": 360, "height": 800}, has_touch=True)
    page = context.new_page()
    page.goto("/")
    figure = page.get_by_role("figure", name="Uptime of Website")
    bars, tip = figure.locator(".bars"), figure.locator(".tip")

    expect(figure.get_by_text("30 days ago")).to_be_visible()
    expect(figure.get_by_text("90 days ago")).to_be_hidden()
    box = bars.bounding_box()
    bars.tap(position={"x": box["width"] * 26.5 / 30, "y": 10})
    expect(tip).to_contain_text("Partial outage, 43 min")
    page.get_by_role("heading", level=1).tap()
    expect(tip).to_be_hidden()
    context.close()


def test_bars_without_a_script(browser: Browser, stack: Stack):
    context = browser.new_context(base_url=stack.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    figure = page.get_by_role("figure", name="Uptime of Website")

    expect(figure.get_by_role("img")).to_be_visible()
    figure.get_by_text("days with trouble or maintenance").click()
    expect(figure.get_by_role("row").filter(has_text="Partial outage, 43 min")).to_be_visible()
    expect(figure.get_by_role("link", name="Errors when signing in")).to_be_visible()
    context.close()
