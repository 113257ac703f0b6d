"""The rows of the write side, one noun a file."""

from .action_item import ActionItem, ActionItemChange
from .component import Component, ComponentGroup
from .heartbeat import Heartbeat
from .incident import Incident, IncidentComponent
from .maintenance import MaintenanceSeries
from .moment import MomentRecord, Reopening
from .page import Page, PageHost
from .postmortem import Postmortem, PostmortemRevision
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
    "Component",
    "ComponentChange",
    "ComponentGroup",
    "GlassPost",
    "Heartbeat",
    "Incident",
    "IncidentComponent",
    "IncidentMetrics",
    "MaintenanceSeries",
    "MomentRecord",
    "MonthFigures",
    "Page",
    "PageFigures",
    "PageHost",
    "Postmortem",
    "PostmortemRevision",
    "Reminder",
    "Reopening",
    "StatusClaim",
    "StatusPeriod",
    "Update",
    "UpdateRevision",
    "UpdateTemplate",
    "User",
]
