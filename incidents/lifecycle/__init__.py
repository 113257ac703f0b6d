"""The only writers: each function is one verb of the product, one transaction and one signal.

They take keyword arguments, guard first, and raise `incidents.errors.LifecycleError` (or a kind of it) with a sentence
that every surface can show. `at` is the instant of the change (default: now), `by` the person (None: the clock).
"""

from .action_items import add_action_item, change_action_item, verify_action_item
from .break_glass import Published, bring_in
from .components import (
    archive_component,
    archive_group,
    arrange,
    create_component,
    create_group,
    restore_component,
    set_component_status,
    update_component,
    update_group,
)
from .drills import open_drill
from .incidents import edit_incident, open_incident, reopen_incident
from .item_access import (
    close_calendar,
    close_hook,
    delete_view,
    open_calendar,
    open_hook,
    save_view,
    set_closure_policy,
)
from .item_lists import LineItem, add_items_from_lines, arrange_action_items, change_action_items
from .item_verdicts import give_verdict, name_cause
from .maintenance import (
    advance_due,
    cancel_maintenance,
    complete_maintenance,
    remind_of_maintenance,
    reschedule_maintenance,
    schedule_maintenance,
    start_maintenance,
)
from .moments import correct_moment
from .outages import Outage, adjudicate_outages
from .pages import create_page, update_page
from .postmortems import publish_postmortem, save_postmortem_draft
from .series import end_series, extend_series, start_series
from .templates import delete_update_template, save_update_template
from .tracker_reports import take_tracker_report
from .updates import edit_update, post_update

__all__ = [
    "LineItem",
    "Outage",
    "Published",
    "add_action_item",
    "add_items_from_lines",
    "adjudicate_outages",
    "advance_due",
    "archive_component",
    "archive_group",
    "arrange",
    "arrange_action_items",
    "bring_in",
    "cancel_maintenance",
    "change_action_item",
    "change_action_items",
    "close_calendar",
    "close_hook",
    "complete_maintenance",
    "correct_moment",
    "create_component",
    "create_group",
    "create_page",
    "delete_update_template",
    "delete_view",
    "edit_incident",
    "edit_update",
    "end_series",
    "extend_series",
    "give_verdict",
    "name_cause",
    "open_calendar",
    "open_drill",
    "open_hook",
    "open_incident",
    "post_update",
    "publish_postmortem",
    "remind_of_maintenance",
    "reopen_incident",
    "reschedule_maintenance",
    "restore_component",
    "save_postmortem_draft",
    "save_update_template",
    "save_view",
    "schedule_maintenance",
    "set_closure_policy",
    "set_component_status",
    "start_maintenance",
    "start_series",
    "take_tracker_report",
    "update_component",
    "update_group",
    "update_page",
    "verify_action_item",
]
