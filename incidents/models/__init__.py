"""The rows of the write side, one noun a file."""

from .action_item import ActionItem, ActionItemChange, ItemVerdict, TrackerDelivery
from .closure_policy import ClosurePolicy
from .component import Component, ComponentGroup
from .heartbeat import Heartbeat
from .incident import Incident, IncidentComponent
from .item_access import CalendarAddress, SavedView, TrackedIssue, TrackerHook
from .item_notice import ItemNotice, SettledDigest
from .maintenance import MaintenanceSeries
from .moment import MomentRecord, Reopening
from .page import Page, PageHost
from .postmortem import (
    Postmortem,
    PostmortemComment,
    PostmortemCorrection,
    PostmortemEvent,
    PostmortemRevision,
)
from .postmortem_image import PostmortemImage
from .postmortem_template import PostmortemTemplate
from .reminder import Reminder
from .status import StatusClaim, StatusPeriod
from .stored_figures import MonthFigures, PageFigures
from .stored_metrics import IncidentMetrics
from .update import ComponentChange, GlassPost, Update, UpdateRevision
from .update_template import UpdateTemplate
from .user import User

__all__ = [
    "ActionItem",
    "ActionItemChange",
    "CalendarAddress",
    "ClosurePolicy",
    "Component",
    "ComponentChange",
    "ComponentGroup",
    "GlassPost",
    "Heartbeat",
    "Incident",
    "IncidentComponent",
    "IncidentMetrics",
    "ItemNotice",
    "ItemVerdict",
    "MaintenanceSeries",
    "MomentRecord",
    "MonthFigures",
    "Page",
    "PageFigures",
    "PageHost",
    "Postmortem",
    "PostmortemComment",
    "PostmortemCorrection",
    "PostmortemEvent",
    "PostmortemImage",
    "PostmortemRevision",
    "PostmortemTemplate",
    "Reminder",
    "Reopening",
    "SavedView",
    "SettledDigest",
    "StatusClaim",
    "StatusPeriod",
    "TrackedIssue",
    "TrackerDelivery",
    "TrackerHook",
    "Update",
    "UpdateRevision",
    "UpdateTemplate",
    "User",
]
