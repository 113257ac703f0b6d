"""What many incidents say: the metrics page, one measure with the incidents behind it, and everything as data."""

from dataclasses import replace
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils import timezone

from incidents.access import ConsoleRequest, console_view
from incidents.forms.figures import FiguresFilter
from incidents.reporting.charts.dot_plot import MOST_DOTS
from incidents.reporting.exports import TABLES, about, table_of
from incidents.reporting.measures import BY_KEY
from incidents.reporting.monthly import MonthReport, month_report, parse_month
from incidents.reporting.overview import meant_to_move, overview_of
from incidents.reporting.spans import PRESETS
from incidents.spreadsheets import as_json, csv_lines

from .answers import answer, sliced
from .problems import unreadable


@console_view
def figures(request: ConsoleRequest) -> HttpResponse:
    """Every measure over some days, the incidents by month, and the action items."""
    form = _filter(request)
    asked = form.asked()
    context = {
        "filter": form,
        "overview": overview_of(asked, timezone.now()),
        "meant_to_move": meant_to_move(asked),
        "is_filtered": bool(asked.impact or asked.component),
        "presets": _presets(form),
        "query": _query(form),
        "show_mean": form.cleaned_data.get("mean", False),
        "last_month": timezone.localdate(),
        "tables": TABLES.items(),
    }
    return answer(request, "incidents/figures.html", context, part="results")


@console_view
def measure(request: ConsoleRequest, key: str) -> HttpResponse:
    """One measure, and all the incidents behind it."""
    if key not in BY_KEY:
        raise Http404
    form = _filter(request)
    asked = form.asked()
    overview = overview_of(asked, timezone.now())
    view = replace(overview.measures[list(BY_KEY).index(key)], most_dots=MOST_DOTS)
    context = {
        "filter": form,
        "overview": overview,
        "view": view,
        "meant_to_move": meant_to_move(asked),
        "is_filtered": bool(asked.impact or asked.component),
        "lines": sliced(request, view.summary.lines()),
        "presets": _presets(form),
        "query": _query(form),
        "show_mean": form.cleaned_data.get("mean", False),
    }
    return answer(request, "incidents/measure.html", context, part="results")


@console_view
def data(request: ConsoleRequest, table: str, form: str) -> HttpResponse:
    """One table of the metrics page as CSV or JSON; of what can't be read, none, since no page stands beside it."""
    if table not in TABLES or form not in ("csv", "json"):
        raise Http404
    wanted = _filter(request)
    wanted.check_period(request.GET.get("period", ""))
    if wanted.errors:
        return unreadable(wanted)
    overview = overview_of(wanted.asked(), timezone.now())
    names = {component.pk: component.full_name for component in request.console.page.components.select_related("group")}
    found = table_of(table, overview, names)
    if form == "json":
        return HttpResponse(as_json(found, about(overview)), content_type="application/json")
    response = StreamingHttpResponse(csv_lines(found), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{table}.csv"'
    return response


@console_view
def month(request: ConsoleRequest, month: str) -> HttpResponse:
    """A month's report, to be read or printed."""
    return answer(request, "incidents/month_report.html", {"report": _report(request, month)})


@console_view
def month_pdf(request: ConsoleRequest, month: str) -> HttpResponse:
    """A month's report, to be sent on."""
    from incidents.reporting.monthly_pdf import as_pdf  # here, since fpdf2 takes long to import

    report = _report(request, month)
    content = as_pdf(report, lambda code: f"{settings.SITE_URL}/incidents/{code}")
    name = f"incident-report-{month}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _report(request: ConsoleRequest, text: str) -> MonthReport:
    page, now = request.console.page, timezone.now()
    first = parse_month(text, now, page)
    if first is None:
        raise Http404
    return month_report(page, first, now)


def _filter(request: ConsoleRequest) -> FiguresFilter:
    form = FiguresFilter(request.GET.dict(), page=request.console.page, today=timezone.localdate())
    form.is_valid()
    return form


def _query(form: FiguresFilter) -> str:
    """What is asked for, as the parameters of an address."""
    names = ("impact", "component", "mean") if form.chosen_period else ("since", "until", "impact", "component", "mean")
    given = [(name, form.data[name]) for name in names if form.data[name]]
    return urlencode([("period", form.chosen_period), *given] if form.chosen_period else given)


def _presets(form: FiguresFilter) -> list[tuple[str, str, bool]]:
    """Each preset's label, parameters, and whether it is the one shown."""
    kept = [(name, form.data[name]) for name in ("impact", "component", "mean") if form.data[name]]
    return [
        (label, urlencode([("period", name), *kept]), name == form.chosen_period) for name, label in PRESETS.items()
    ]
