"""The list and the board of action items over all incidents of a page, changing many, and CSV."""

import csv
from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from incidents.access import ConsoleRequest, console_view
from incidents.choices import ActionItemStatus
from incidents.errors import LifecycleError
from incidents.forms.action_items import BulkForm
from incidents.forms.applying import apply
from incidents.forms.item_filters import ItemFilter, SavedViewForm
from incidents.item_rows import HEADER, cells_of
from incidents.lifecycle import change_action_items, delete_view, save_view
from incidents.models import ActionItem
from incidents.querysets import ActionItemQuerySet

from .answers import answer, done, refused, sliced, to_filtered
from .problems import unreadable

IN_COLUMN = 25
"""Items that a column of the board shows; the list has the rest."""


@console_view
def items(request: ConsoleRequest) -> HttpResponse:
    """All action items of the page, searched and filtered by the address; those that are chosen are changed alike.

    What was refused comes back as it was filled in, with the boxes that were ticked.
    """
    bulk = BulkForm(request.POST or None, items=_of_page(request), auto_id="bulk_%s")
    if request.method == "POST" and _change_chosen(request, bulk):
        return redirect(request.get_full_path())
    form = _filter(request)
    found = form.narrow(_of_page(request)).in_due_order()
    context = _common(request, form) | {
        "items": sliced(request, found),
        "bulk": bulk,
        "chosen": request.POST.getlist("items"),
    }
    return answer(request, "incidents/action_item_list.html", context, part="results")


def _change_chosen(request: ConsoleRequest, form: BulkForm) -> bool:
    """Change the chosen items alike, all of them or none, and say so; whether it was not refused."""
    if form.is_valid():
        changed = apply(
            form,
            _change_alike,
            items=form.cleaned_data["items"],
            by=request.user,
            reason=form.cleaned_data["note"],
            seen_versions=form.seen_versions(),
            changes=form.changes(),
        )
        if changed is not None:
            messages.success(request, f"{changed} action item{'s' if changed != 1 else ''} changed.")
            return True
    for error in [*form.errors.values()]:
        messages.error(request, " ".join(error))
    return False


def _change_alike(**arguments: object) -> int:
    """Change several items, with a refusal put on the one field that is evidence or reason by the status."""
    try:
        return change_action_items(**arguments)
    except LifecycleError as error:
        field = "note" if error.field in ("evidence", "reason") else error.field
        raise LifecycleError(error.message, field=field) from error


@console_view
def board(request: ConsoleRequest) -> HttpResponse:
    """The same items in a column for each status."""
    form = _filter(request)
    form.for_board()
    found = form.narrow(_of_page(request))
    columns = []
    for status in ActionItemStatus:
        here = found.filter(status=status)
        ended = status in (ActionItemStatus.DONE, ActionItemStatus.WONT_DO)
        ordered = here.order_by("-completed_at", "-pk") if ended else here.in_due_order()
        columns.append((status, list(ordered[:IN_COLUMN]), here.count()))
    context = _common(request, form) | {"columns": columns, "in_column": IN_COLUMN}
    return answer(request, "incidents/action_item_board.html", context, part="results")


@console_view
def export_items(request: ConsoleRequest) -> HttpResponse | StreamingHttpResponse:
    """The filtered items as CSV; with a filter that can't be read none, rather than all."""
    form = _filter(request)
    if not form.is_valid():
        return unreadable(form)
    found = form.narrow(_of_page(request)).in_due_order()
    response = StreamingHttpResponse(_lines(found), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="action-items.csv"'
    return response


class _Echo:
    """A file that hands on what is written to it."""

    @staticmethod
    def write(text: str) -> str:
        return text


def _lines(found: ActionItemQuerySet) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(HEADER)
    for item in found.iterator(chunk_size=500):
        yield writer.writerow(cells_of(item))


@console_view
@require_POST
def keep_view(request: ConsoleRequest) -> HttpResponse:
    """Save the filters that are set under a name."""
    form = SavedViewForm(request.POST)
    if form.is_valid() and apply(form, save_view, page=request.console.page, owner=request.user, **form.cleaned_data):
        messages.success(request, f"“{form.cleaned_data['name']}” is saved.")
    else:
        messages.error(request, " ".join(message for errors in form.errors.values() for message in errors))
    is_board = request.POST.get("from") == "board"
    return to_filtered(request, "console:action-item-board" if is_board else "console:action-items")


@console_view
@require_POST
def remove_view(request: ConsoleRequest, pk: int) -> HttpResponse:
    """Delete a saved view of one's own."""
    view = get_object_or_404(request.console.page.saved_views, pk=pk)
    try:
        delete_view(view=view, by=request.user)
    except LifecycleError as error:
        return refused(request, error.message, "console:action-items")
    return done(request, "The view is gone.", "console:action-items")


def _filter(request: ConsoleRequest) -> ItemFilter:
    return ItemFilter(
        request.GET,
        components=request.console.page.components.in_page_order(),
        incidents=request.console.page.incidents.incidents(),
        user=request.user,
        today=timezone.localdate(),
    )


def _of_page(request: ConsoleRequest) -> ActionItemQuerySet:
    found = ActionItem.objects.of_page(request.console.page).with_recurrences()
    return found.select_related("incident", "owner", "verified_by")


def _common(request: ConsoleRequest, form: ItemFilter) -> dict[str, object]:
    views = request.console.page.saved_views.select_related("owner")
    query = form.query()
    return {
        "filter": form,
        "query": query,
        "today": timezone.localdate(),
        "views": views.filter(owner=request.user) | views.filter(is_shared=True),
        "save_form": SavedViewForm(initial={"query": query}),
        "counts": _counts(request),
    }


def _counts(request: ConsoleRequest) -> dict[str, int]:
    unfinished = ActionItem.objects.of_page(request.console.page).unfinished()
    return {
        "mine": unfinished.filter(owner=request.user).count(),
        "overdue": unfinished.overdue(timezone.localdate()).count(),
        "unowned": unfinished.unowned().count(),
    }
