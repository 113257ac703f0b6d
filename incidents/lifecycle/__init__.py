"""The only writers: each function is one verb of the product, one transaction and one signal.

They take keyword arguments, guard first, and raise `incidents.errors.LifecycleError` (or a kind of it) with a sentence
that every surface can show. `at` is the instant of the change (default: now), `by` the person (None: the clock).
"""

from .action_items import add_action_item, change_action_item
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
from .updates import edit_update, post_update

__all__ = [
    "Outage",
    "Published",
    "add_action_item",
    "adjudicate_outages",
    "advance_due",
    "archive_component",
    "archive_group",
    "arrange",
    "bring_in",
    "cancel_maintenance",
    "change_action_item",
    "complete_maintenance",
    "correct_moment",
    "create_component",
    "create_group",
    "create_page",
    "delete_update_template",
    "edit_incident",
    "edit_update",
    "end_series",
    "extend_series",
    "open_drill",
    "open_incident",
    "post_update",
    "publish_postmortem",
    "remind_of_maintenance",
    "reopen_incident",
    "reschedule_maintenance",
    "restore_component",
    "save_postmortem_draft",
    "save_update_template",
    "schedule_maintenance",
    "set_component_status",
    "start_maintenance",
    "start_series",
    "update_component",
    "update_group",
    "update_page",
]
