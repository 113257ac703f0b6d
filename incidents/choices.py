"""The enumerations of DESIGN.md: words only, no wording, colours or rules."""

from django.db.models import TextChoices


class ComponentStatus(TextChoices):
    """How a component is doing; ranked by `incidents.severity`."""

    OPERATIONAL = "operational", "Operational"
    DEGRADED_PERFORMANCE = "degraded_performance", "Degraded performance"
    PARTIAL_OUTAGE = "partial_outage", "Partial outage"
    MAJOR_OUTAGE = "major_outage", "Major outage"
    UNDER_MAINTENANCE = "under_maintenance", "Under maintenance"


class Impact(TextChoices):
    """How badly users are hit. `maintenance` belongs to maintenances only."""

    NONE = "none", "None"
    MINOR = "minor", "Minor"
    MAJOR = "major", "Major"
    CRITICAL = "critical", "Critical"
    MAINTENANCE = "maintenance", "Maintenance"


class IncidentKind(TextChoices):
    """An unplanned incident, or scheduled maintenance."""

    INCIDENT = "incident", "Incident"
    MAINTENANCE = "maintenance", "Scheduled maintenance"


class IncidentStatus(TextChoices):
    """Where an incident (first five) or a maintenance (last four) stands."""

    INVESTIGATING = "investigating", "Investigating"
    IDENTIFIED = "identified", "Identified"
    MONITORING = "monitoring", "Monitoring"
    RESOLVED = "resolved", "Resolved"
    POSTMORTEM = "postmortem", "Postmortem"
    SCHEDULED = "scheduled", "Scheduled"
    IN_PROGRESS = "in_progress", "In progress"
    VERIFYING = "verifying", "Verifying"
    COMPLETED = "completed", "Completed"


INCIDENT_STATUSES = (
    IncidentStatus.INVESTIGATING,
    IncidentStatus.IDENTIFIED,
    IncidentStatus.MONITORING,
    IncidentStatus.RESOLVED,
    IncidentStatus.POSTMORTEM,
)
MAINTENANCE_STATUSES = (
    IncidentStatus.SCHEDULED,
    IncidentStatus.IN_PROGRESS,
    IncidentStatus.VERIFYING,
    IncidentStatus.COMPLETED,
)
OPEN_STATUSES = (IncidentStatus.INVESTIGATING, IncidentStatus.IDENTIFIED, IncidentStatus.MONITORING)
ACTIVE_STATUSES = (IncidentStatus.IN_PROGRESS, IncidentStatus.VERIFYING)
CLOSED_STATUSES = (IncidentStatus.RESOLVED, IncidentStatus.POSTMORTEM, IncidentStatus.COMPLETED)


class Moment(TextChoices):
    """The five moments of an incident, in the order they usually come."""

    STARTED = "started", "Impact began"
    DETECTED = "detected", "Detected"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    MITIGATED = "mitigated", "Impact ended"
    RESOLVED = "resolved", "Resolved"


class MomentSource(TextChoices):
    """Where a moment's value came from."""

    ALERT = "alert", "Alert"
    UPDATE = "update", "Update"
    MANUAL = "manual", "Typed by hand"
    IMPORT = "import", "Import"


class Precision(TextChoices):
    """How well a moment is known: `at_most` says that it happened then or earlier."""

    EXACT = "exact", "Exact"
    AT_MOST = "at_most", "At the latest"


class ClaimBasis(TextChoices):
    """Whether a status claim repeats what the public was told, or what was found to be true afterwards."""

    AS_TOLD = "as_told", "As told"
    ADJUDICATED = "adjudicated", "Adjudicated"


class ActionItemKind(TextChoices):
    """What an action item is for."""

    PREVENT = "prevent", "Prevent"
    DETECT = "detect", "Detect"
    MITIGATE = "mitigate", "Mitigate"
    PROCESS = "process", "Process"


class Priority(TextChoices):
    """Order of work on action items."""

    P0 = "p0", "P0"
    P1 = "p1", "P1"
    P2 = "p2", "P2"
    P3 = "p3", "P3"


class ActionItemStatus(TextChoices):
    """Where an action item stands; only done and won't do end it."""

    OPEN = "open", "Open"
    IN_PROGRESS = "in_progress", "In progress"
    DONE = "done", "Done"
    WONT_DO = "wont_do", "Won't do"


UNFINISHED_STATUSES = (ActionItemStatus.OPEN, ActionItemStatus.IN_PROGRESS)


class TargetMetric(TextChoices):
    """The figure that an action item should move."""

    NONE = "", "None"
    TTD = "ttd", "TTD"
    TTR = "ttr", "TTR"


class Verdict(TextChoices):
    """What a responder says of an unfinished action item, looking at a new incident."""

    PREVENTED = "prevented", "Would have prevented it"
    SHORTENED = "shortened", "Would have shortened it"
    UNRELATED = "unrelated", "Would have changed nothing"


class Tracker(TextChoices):
    """Where an action item may be followed outside."""

    GITHUB = "github", "GitHub"
    GITLAB = "gitlab", "GitLab"
    JIRA = "jira", "Jira"


class NoticeKind(TextChoices):
    """What people are told about action items by mail."""

    HALF = "half", "Half of the time has passed"
    MOST = "most", "Four fifths of the time have passed"
    DUE = "due", "It is due"
    OVERDUE = "overdue", "It is overdue"
    ESCALATED = "escalated", "Overdue for a week"
    ESCALATED_AGAIN = "escalated_again", "Overdue for two weeks"
    UNOWNED = "unowned", "It has no owner"
    DIGEST = "digest", "Weekly digest"
    LEAD_DIGEST = "lead_digest", "Weekly digest for leads"


class PostmortemStatus(TextChoices):
    """Where a postmortem's present text stands; what the public reads is a copy that only publishing replaces."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    APPROVED = "approved", "Approved"
    PUBLISHING = "publishing", "Going out"
    PUBLISHED = "published", "Published"
    CLOSED = "closed", "Closed"


class ReminderKind(TextChoices):
    """What responders are reminded of."""

    PROMISE_BROKEN = "promise_broken", "Promised update is overdue"
    SILENT = "silent", "No update for a long time"
    MAINTENANCE_SOON = "maintenance_soon", "Maintenance starts soon"
