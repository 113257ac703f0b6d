"""Everything stored, for reading; what the lifecycle governs can only be changed through it."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from . import models


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows to look at and search, never to change: a change without the lifecycle would publish and tell nothing."""

    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Never."""
        return False


admin.site.register(models.User, UserAdmin)


@admin.register(models.Page)
class PageAdmin(ReadOnlyAdmin):
    """Pages and their practice twins."""

    list_display = ("name", "code", "is_default", "time_zone", "drill_for")
    search_fields = ("name", "code")


@admin.register(models.Component)
class ComponentAdmin(ReadOnlyAdmin):
    """Components."""

    list_display = ("name", "page", "group", "position", "archived_at")
    list_select_related = ("page", "group")
    search_fields = ("name", "code")


@admin.register(models.Incident)
class IncidentAdmin(ReadOnlyAdmin):
    """Incidents and maintenances."""

    list_display = ("name", "page", "kind", "status", "impact", "started_at", "resolved_at")
    list_filter = ("kind", "status", "impact")
    list_select_related = ("page",)
    search_fields = ("name", "code")


@admin.register(models.Update)
class UpdateAdmin(ReadOnlyAdmin):
    """Updates."""

    list_display = ("incident", "status", "posted_at", "author", "is_automatic")
    list_select_related = ("incident", "author")
    search_fields = ("body", "code")


@admin.register(models.StatusClaim)
class StatusClaimAdmin(ReadOnlyAdmin):
    """What was claimed of components."""

    list_display = ("component", "status", "basis", "started_at", "ended_at", "incident")
    list_filter = ("basis", "status")
    list_select_related = ("component", "incident")


@admin.register(models.StatusPeriod)
class StatusPeriodAdmin(ReadOnlyAdmin):
    """The exact log of statuses."""

    list_display = ("component", "status", "started_at", "ended_at", "cause")
    list_filter = ("status",)
    list_select_related = ("component", "cause")


@admin.register(models.IncidentMetrics)
class IncidentMetricsAdmin(ReadOnlyAdmin):
    """Stored figures."""

    list_display = ("incident", "version", "computed_at", "ttd_seconds", "ttr_seconds")
    list_select_related = ("incident",)


@admin.register(models.ActionItem)
class ActionItemAdmin(ReadOnlyAdmin):
    """Action items."""

    list_display = ("title", "incident", "kind", "priority", "status", "owner", "due_on")
    list_filter = ("status", "kind", "priority")
    list_select_related = ("incident", "owner")
    search_fields = ("title", "code")


PLAIN = (
    models.ActionItemChange,
    models.ClosurePolicy,
    models.ComponentChange,
    models.ComponentGroup,
    models.GlassPost,
    models.Heartbeat,
    models.IncidentComponent,
    models.ItemNotice,
    models.ItemVerdict,
    models.MaintenanceSeries,
    models.MomentRecord,
    models.PageHost,
    models.Postmortem,
    models.PostmortemRevision,
    models.Reminder,
    models.Reopening,
    models.SavedView,
    models.SettledDigest,
    models.TrackedIssue,
    models.TrackerDelivery,
    models.UpdateRevision,
    models.UpdateTemplate,
)
admin.site.register(PLAIN, ReadOnlyAdmin)
