"""One action item, and those of one incident: adding, editing, advancing, verifying, ordering."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from incidents.access import ConsoleRequest, console_view
from incidents.choices import ActionItemKind, Priority, TargetMetric, Verdict
from incidents.errors import ItemChanged, LifecycleError
from incidents.forms.action_items import (
    AddItemForm,
    AdvanceForm,
    CauseForm,
    ItemForm,
    VerdictForm,
    VerifyForm,
    line_forms,
)
from incidents.forms.applying import apply
from incidents.item_panels import comparison_of, lines_of, panel_of, recurrences_of
from incidents.lifecycle import (
    LineItem,
    add_action_item,
    add_items_from_lines,
    arrange_action_items,
    change_action_item,
    give_verdict,
    name_cause,
    verify_action_item,
    who_ended,
)
from incidents.models import ActionItem, Incident, Page

from .answers import answer, done, refused, to_filtered
from .room import find_incident

SHOWN = 100
"""Changes that an item's page shows, the newest."""


def find_item(request: ConsoleRequest, code: str) -> ActionItem:
    """An action item of the page being worked on, or of its practice page; anything else isn't found."""
    pages = Page.objects.filter(pk=request.console.page.pk) | Page.objects.filter(drill_for=request.console.page)
    items = ActionItem.objects.with_recurrences().select_related("incident__page", "owner", "verified_by")
    return get_object_or_404(items, code=code, incident__page__in=pages)


@console_view
def item(request: ConsoleRequest, code: str) -> HttpResponse:
    """Everything about one action item."""
    return _show(request, find_item(request, code), AdvanceForm())


def _show(request: ConsoleRequest, found: ActionItem, form: AdvanceForm) -> HttpResponse:
    context = {
        "item": found,
        "incident": found.incident,
        "form": form,
        "from": request.POST.get("from", request.GET.get("from", "")),
        "query": request.POST.get("query", _query_without_origin(request)),
        "history": found.changes.select_related("changed_by").order_by("-pk")[:SHOWN],
        "recurrences": recurrences_of(found),
        "comparison": comparison_of(found),
        "today": timezone.localdate(),
        "may_verify": request.user.pk not in (found.owner_id, who_ended(found)),
    }
    return answer(request, "incidents/action_item.html", context)


@console_view
def edit_item(request: ConsoleRequest, code: str) -> HttpResponse:
    """Change what is written of an action item; of two people at once, the second reads what the first changed."""
    found = find_item(request, code)
    form = ItemForm(request.POST or None, item=found)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen_version"]
        try:
            if apply(form, change_action_item, item=found, by=request.user, seen_version=seen, **form.changes()):
                return done(request, "Saved.", "console:action-item", code)
        except ItemChanged as error:
            form = form.brought_up_to(find_item(request, code), error.message)
    context = {"item": found, "form": form}
    return answer(request, "incidents/action_item_form.html", context)


@console_view
@require_POST
def advance_item(request: ConsoleRequest, code: str) -> HttpResponse:
    """Move an action item to a status; what that asks for and is missing is asked on its page."""
    found = find_item(request, code)
    form = AdvanceForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        changes = {"status": data["status"]}
        if data["evidence"].strip():
            changes["evidence"] = data["evidence"]
        seen = {"seen_version": data["seen_version"], "reason": data["reason"]}
        try:
            if apply(form, change_action_item, item=found, by=request.user, **seen, **changes):
                return _back(request, found, f"“{found.title}” is now {found.get_status_display().lower()}.")
        except ItemChanged as error:
            form.add_error(None, error.message)
            has_typed = data["evidence"].strip() or data["reason"].strip()  # on its page, which keeps it
            if request.POST.get("from") in ("board", "room") and not has_typed:
                return _back(request, found, f"“{found.title}”: {error.message}", is_refused=True)
    return _show(request, find_item(request, code), form)


@console_view
@require_POST
def verify_item(request: ConsoleRequest, code: str) -> HttpResponse:
    """Confirm that a done item did what it should."""
    found, form = find_item(request, code), VerifyForm(request.POST)
    if not form.is_valid():
        return refused(request, " ".join(form.errors["seen_version"]), "console:action-item", code)
    try:
        verify_action_item(item=found, by=request.user, seen_version=form.cleaned_data["seen_version"])
    except LifecycleError as error:
        return refused(request, error.message, "console:action-item", code)
    return done(request, "Verified. Thank you for the second look.", "console:action-item", code)


@console_view
@require_POST
def add_item(request: ConsoleRequest, code: str) -> HttpResponse:
    """Add an action item to an incident."""
    incident = find_incident(request, code)
    form = AddItemForm(request.POST, prefix="item")
    if form.is_valid():
        data = form.cleaned_data
        chosen = {"kind": ActionItemKind(data["kind"]), "priority": Priority(data["priority"])}
        metric = TargetMetric(data["metric"])
        added = apply(form, add_action_item, incident=incident, by=request.user, **data | chosen | {"metric": metric})
        if added:
            return _panel(request, incident, said="The action item is added.", focus=added.code)
    if request.htmx:
        return _panel(request, incident, form=form)
    return answer(request, "incidents/action_item_add.html", {"incident": incident, "form": form})


@console_view
@require_POST
def move_item(request: ConsoleRequest, code: str) -> HttpResponse:
    """Move an action item one place up or down in its incident."""
    found = find_item(request, code)
    ordered = list(found.incident.action_items.all())
    place = ordered.index(found)
    target = place - 1 if request.POST.get("direction") == "up" else place + 1
    if 0 <= target < len(ordered):
        ordered[place], ordered[target] = ordered[target], ordered[place]
    try:
        arrange_action_items(incident=found.incident, ordered=ordered, by=request.user)
    except LifecycleError as error:
        return refused(request, error.message, "console:incident", found.incident.code)
    return _panel(request, found.incident, said="Moved.")


@console_view
def items_from_postmortem(request: ConsoleRequest, code: str) -> HttpResponse:
    """Make action items of the marked lines of an incident's postmortem, and go back to where that was asked for."""
    incident = find_incident(request, code)
    chosen = line_forms(request.POST or None, lines_of(incident))
    if request.method == "POST" and all(form.is_valid() for _, form in chosen):
        lines = [
            LineItem(
                line=marked.key,
                title=form.cleaned_data["title"],
                kind=ActionItemKind(form.cleaned_data["kind"]),
                priority=Priority(form.cleaned_data["priority"]),
                owner=form.cleaned_data["owner"],
                due_on=form.cleaned_data["due_on"],
            )
            for marked, form in chosen
            if form.cleaned_data["take"]
        ]
        added = add_items_from_lines(incident=incident, lines=lines, by=request.user)
        said = f"{len(added)} action item{'s are' if len(added) != 1 else ' is'} added."
        to = "console:postmortem" if request.GET.get("from") == "postmortem" else "console:incident"
        return done(request, said, to, code)
    return answer(request, "incidents/items_from_postmortem.html", {"incident": incident, "chosen": chosen})


@console_view
@require_POST
def give_item_verdict(request: ConsoleRequest, code: str, item_code: str) -> HttpResponse:
    """Say whether an earlier item would have prevented or shortened this incident."""
    incident, found, form = find_incident(request, code), find_item(request, item_code), VerdictForm(request.POST)
    if not form.is_valid():
        return refused(request, "Choose one of the answers.", "console:incident", code)
    try:
        verdict = Verdict(form.cleaned_data["verdict"])
        give_verdict(item=found, incident=incident, verdict=verdict, by=request.user)
    except LifecycleError as error:
        return refused(request, error.message, "console:incident", code)
    return _panel(request, incident, said="Noted. It is counted on the item.")


@console_view
def cause(request: ConsoleRequest, code: str) -> HttpResponse:
    """Tag an incident with its cause."""
    incident = find_incident(request, code)
    form = CauseForm(request.POST or None, incident=incident)
    if (
        request.method == "POST"
        and form.is_valid()
        and not form.is_overtaken()
        and apply(form, name_cause, incident=incident, **form.written_over(incident))
    ):
        return done(request, "Saved.", "console:incident", code)
    context = {"incident": incident, "form": form, "title": "Cause", "action": "Save"}
    return answer(request, "incidents/edit.html", context)


def _panel(
    request: ConsoleRequest,
    incident: Incident,
    *,
    form: AddItemForm | None = None,
    said: str = "",
    refusal: str = "",
    focus: str = "",
) -> HttpResponse:
    """The incident's action items anew for htmx, with the focus on the item that was meant, else back to its room."""
    if refusal and not request.htmx:
        return refused(request, refusal, "console:incident", incident.code)
    if not request.htmx:
        return done(request, said, "console:incident", incident.code)
    context = {
        "panel": panel_of(incident),
        "incident": incident,
        "add_form": form or AddItemForm(prefix="item"),
        "today": timezone.localdate(),
        "said": said,
        "refusal": refusal,
        "is_part": True,
        "is_in_editor": request.POST.get("in") == "editor",
        "focus": focus,
    }
    return render(request, "incidents/_action_items.html", context)


def _query_without_origin(request: ConsoleRequest) -> str:
    """How the board was filtered that led here."""
    query = request.GET.copy()
    query.pop("from", None)
    return query.urlencode()


def _back(request: ConsoleRequest, found: ActionItem, said: str, *, is_refused: bool = False) -> HttpResponse:
    """Where the button was pressed: the board, the room, or the item's own page."""
    origin = request.POST.get("from", "")
    if origin == "room":
        words = {"refusal": said} if is_refused else {"said": said}
        return _panel(request, found.incident, focus=found.code, **words)
    if origin == "board":
        messages.add_message(request, messages.ERROR if is_refused else messages.SUCCESS, said)
        # What was refused is said at the top; a card that moved is looked at where it is now.
        return to_filtered(request, "console:action-item-board", place="" if is_refused else f"item-{found.code}")
    return done(request, said, "console:action-item", found.code)
