"""The only writers: each function is one verb of the product, one transaction and one signal.

They take keyword arguments, guard first, and raise `incidents.errors.LifecycleError` (or a kind of it) with a sentence
that every surface can show. `at` is the instant of the change (default: now), `by` the person (None: the clock).
"""

from .action_items import add_action_item, change_action_item, verify_action_item, who_ended
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
from .postmortem_images import add_postmortem_image
from .postmortem_publishing import release_due_publications, schedule_publication, withdraw_publication
from .postmortem_templates import delete_postmortem_template, save_postmortem_template
from .postmortem_workflow import (
    comment_on_postmortem,
    confirm_moments,
    explain_no_action,
    move_postmortem,
    settle_comment,
)
from .postmortems import publish_postmortem, save_postmortem_draft, start_postmortem
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
    "add_postmortem_image",
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
    "comment_on_postmortem",
    "complete_maintenance",
    "confirm_moments",
    "correct_moment",
    "create_component",
    "create_group",
    "create_page",
    "delete_postmortem_template",
    "delete_update_template",
    "delete_view",
    "edit_incident",
    "edit_update",
    "end_series",
    "explain_no_action",
    "extend_series",
    "give_verdict",
    "move_postmortem",
    "name_cause",
    "open_calendar",
    "open_drill",
    "open_hook",
    "open_incident",
    "post_update",
    "publish_postmortem",
    "release_due_publications",
    "remind_of_maintenance",
    "reopen_incident",
    "reschedule_maintenance",
    "restore_component",
    "save_postmortem_draft",
    "save_postmortem_template",
    "save_update_template",
    "save_view",
    "schedule_maintenance",
    "schedule_publication",
    "set_closure_policy",
    "set_component_status",
    "settle_comment",
    "start_maintenance",
    "start_postmortem",
    "start_series",
    "take_tracker_report",
    "update_component",
    "update_group",
    "update_page",
    "verify_action_item",
    "who_ended",
    "withdraw_publication",
]
