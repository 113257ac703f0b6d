"""The monthly report as a PDF document."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo

from fpdf.enums import TableCellFillMode, TextEmphasis
from fpdf.fonts import FontFace

from incidents.instants import format_day, format_instant
from incidents.models import ActionItem
from incidents.pdf import ACCENT, FAMILY, INK, LINE, POINTS_PER_MM, SOFT, Document

from .measure_view import MeasureView
from .monthly import MonthReport, Some
from .sentences import about, between, count_of

PIXELS_PER_MM = 4.0
"""Charts are laid out in pixels of a screen."""

DRAWN = ("ttd", "ttr")


def as_pdf(report: MonthReport, address: Callable[[str], str]) -> bytes:
    """The finished file; `address` gives the public address of an incident's report by its code."""
    zone = report.page.zone
    document = Document(f"{report.page.name}: {report.title}", author=report.page.reported_by)
    document.paragraph(report.page.name, soft=True)
    document.title_line(report.title)
    as_of = format_instant(report.overview.as_of, zone) if report.overview.as_of else "never computed"
    document.paragraph(
        f"Figures as of {as_of}. Days and months are those of {report.page.time_zone}.", soft=True, size=9
    )
    document.ln(2)
    for sentence in report.summary():
        document.paragraph(sentence)
    _figures(document, report)
    for view in report.measures:
        if view.measure.key in DRAWN and (view.dots or view.running):
            _drawing(document, view)
    _incidents(document, report, zone, address)
    _learned(document, report, zone, address)
    _items(document, "Action items done", report.done, lambda item: _done(item, zone))
    _items(document, "Action items overdue", report.overdue, _owed)
    _small_print(document)
    return document.as_bytes()


def _figures(document: Document, report: MonthReport) -> None:
    document.heading("How fast", keep_with=90)
    rows = [
        (
            f"{view.measure.name}\n{view.measure.runs}",
            f"{len(view.summary.known)} of {view.summary.of}",
            about(view.summary.median),
            "fewer than 10" if view.summary.p90 is None else about(view.summary.p90),
            between(view.summary.shortest, view.summary.longest),
        )
        for view in report.measures
    ]
    _table(
        document, ("Measure", "Known for", "Median", "90 % within", "Shortest to longest"), rows, (38, 12, 17, 17, 22)
    )
    for view in report.measures:
        for note in view.notes:
            document.paragraph(f"{view.measure.label}: {note}", soft=True, size=8.5)


def _drawing(document: Document, view: MeasureView) -> None:
    """The dot plot as on the screen, from the same geometry."""
    plot = view.plot
    height = plot.height / PIXELS_PER_MM
    document.heading(f"{view.measure.name}: each incident as a dot", keep_with=height + 22)
    left, top, width = document.l_margin, document.get_y() + 1, document.epw

    def across(percent: float) -> float:
        return left + width * percent / 100

    def down(pixels: float) -> float:
        return top + pixels / PIXELS_PER_MM

    document.set_line_width(0.2)
    document.set_draw_color(*LINE)
    for tick in plot.ticks:
        document.line(across(tick.x), down(40), across(tick.x), down(plot.axis_y))
        _word(document, tick.label, across(tick.x), down(plot.axis_y) + 1, "middle", SOFT)
    document.set_draw_color(*SOFT)
    document.line(across(1), down(plot.axis_y), across(99), down(plot.axis_y))
    document.set_fill_color(*ACCENT)
    document.set_draw_color(255, 255, 255)
    for dot, _ in view.dots:
        document.circle(across(dot.x), down(dot.y), 1.25, style="DF")
    document.set_draw_color(*INK)
    document.set_fill_color(255, 255, 255)
    for dot, _ in view.running:
        x, y = across(dot.x), down(dot.y)
        document.polygon([(x - 1, y - 1.2), (x + 1.2, y), (x - 1, y + 1.2)], style="DF")
        document.line(x + 1.2, y, x + 3.5, y)
    if plot.lane_y:
        _word(document, view.lane_words, across(1), down(plot.lane_y) - 6.2, "start", SOFT)
    document.set_line_width(0.5)
    for line, words, y in (
        (plot.median, f"median {about(view.summary.median)}", 4),
        (plot.p90, f"90 % within {about(view.summary.p90)}", 22),
    ):
        if line is None:
            continue
        with document.local_context(dash_pattern={"dash": 1.2, "gap": 1} if line is plot.p90 else None):
            document.line(across(line.x), down(y), across(line.x), down(plot.axis_y))
        _word(document, words, across(line.label_x), down(y), line.anchor, INK)
    document.set_y(top + height + 2)
    document.paragraph(f"{view.coverage} {' '.join(view.notes)} The axis is logarithmic.", soft=True, size=8.5)


def _word(document: Document, text: str, x: float, y: float, anchor: str, color: tuple[int, int, int]) -> None:
    document.set_font(FAMILY, "", 8)
    document.set_text_color(*color)
    wide = document.get_string_width(text)
    document.text(x - {"start": 0, "middle": wide / 2, "end": wide}[anchor], y + 8 / POINTS_PER_MM, text)


def _incidents(document: Document, report: MonthReport, zone: tzinfo, address: Callable[[str], str]) -> None:
    document.heading("Incidents")
    if not report.incidents:
        document.paragraph("No incident began in this month.")
        return
    rows, links = [], []
    for listed in report.incidents:
        record = listed.record
        began = format_day(datetime.fromtimestamp(record.started, UTC), zone)
        name = f"{record.name}\n{listed.components}" if listed.components else record.name
        detected = "before impact" if record.detected_before_impact else about(record.ttd)
        rows.append((began, name, record.impact, detected, "still open" if record.is_open else about(record.ttr)))
        links.append(address(record.code))
    _table(document, ("Began", "Incident", "Impact", "TTD", "TTR"), rows, (16, 48, 12, 16, 16), links)
    if report.more_incidents:
        document.paragraph(f"And {report.more_incidents} more, in the console.", soft=True)


def _learned(document: Document, report: MonthReport, zone: tzinfo, address: Callable[[str], str]) -> None:
    document.heading("What was learned")
    if not report.learned:
        document.paragraph("No postmortem was published in this month.")
    for learned in report.learned:
        incident = learned.postmortem.incident
        document.link_line(incident.name, address(incident.code))
        document.paragraph(f"Published {format_day(learned.postmortem.published_at, zone)}", soft=True, size=8.5)
        document.paragraph(learned.lead)


def _items(document: Document, title: str, some: Some, said: Callable[[ActionItem], str]) -> None:
    document.heading(f"{title} ({some.count})")
    if not some.count:
        document.paragraph("None.")
        return
    rows = [(item.title, item.incident.name, item.get_kind_display(), said(item)) for item in some.items]
    _table(document, ("Action item", "After", "Kind", ""), rows, (40, 30, 11, 31))
    if some.more:
        document.paragraph(f"And {count_of(some.more, 'more item')}.", soft=True)


def _done(item: ActionItem, zone: tzinfo) -> str:
    return f"done {format_day(item.completed_at, zone)}"


def _owed(item: ActionItem) -> str:
    owner = item.owner.display_name if item.owner else "nobody's"
    return f"due {item.due_on:%b %d, %Y}, {owner}"


def _small_print(document: Document) -> None:
    document.ln(3)
    document.paragraph(
        "Drills, maintenance and incidents entered after the fact are left out. What has not ended is shown apart and "
        "not counted. Percentiles are interpolated; the 90th is given from ten on. TTD: time to detect. TTR: time to "
        "recover.",
        soft=True,
        size=8.5,
    )


def _table(
    document: Document,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[int],
    links: Sequence[str] = (),
) -> None:
    """A table with thin lines; where there are links, the second cell of each row leads there."""
    document.set_font(FAMILY, "", 8.5)
    document.set_text_color(*INK)
    document.set_draw_color(*LINE)
    document.set_line_width(0.2)
    with document.table(
        col_widths=widths,
        borders_layout="HORIZONTAL_LINES",
        cell_fill_mode=TableCellFillMode.NONE,
        headings_style=FontFace(emphasis=TextEmphasis.B, color=SOFT),
        line_height=4.4,
        padding=(1.2, 1.5, 1.2, 0),
        text_align="LEFT",
        v_align="TOP",
    ) as table:
        table.row(heads)
        for number, cells in enumerate(rows):
            row = table.row()
            for place, cell in enumerate(cells):
                row.cell(cell, link=links[number] if links and place == 1 else None)
    document.ln(1.5)
