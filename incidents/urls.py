"""The console's paths, below /console/."""

from django.urls import path

from .views import components, figures, home, lists, maintenance, report, room, settings

app_name = "console"

urlpatterns = [
    path("", home.home, name="home"),
    path("page/", home.choose_page, name="choose-page"),
    path("first-page/", home.first_page, name="first-page"),
    path("report/", report.report, name="report"),
    path("preview/", room.preview, name="preview"),
    path("incidents/", lists.incidents, name="incidents"),
    path("drills/", lists.drills, name="drills"),
    path("incidents/<str:code>/", room.incident, name="incident"),
    path("incidents/<str:code>/post/", room.post, name="post-update"),
    path("incidents/<str:code>/reopen/", room.reopen, name="reopen"),
    path("incidents/<str:code>/edit/", room.edit_details, name="edit-incident"),
    path("incidents/<str:code>/updates/<str:update_code>/", room.edit_posted, name="edit-update"),
    path("incidents/<str:code>/moments/<str:moment>/", room.moment, name="moment"),
    path("incidents/<str:code>/outages/<str:component_code>/", room.outages, name="outages"),
    path("incidents/<str:code>/metrics/", room.metrics, name="metrics"),
    path("incidents/<str:code>/start/", maintenance.start, name="start-maintenance"),
    path("incidents/<str:code>/complete/", maintenance.complete, name="complete-maintenance"),
    path("incidents/<str:code>/reschedule/", maintenance.reschedule, name="reschedule"),
    path("incidents/<str:code>/cancel/", maintenance.cancel, name="cancel-maintenance"),
    path("metrics/", figures.figures, name="figures"),
    path("metrics/data/<str:table>.<str:form>", figures.data, name="figures-data"),
    path("metrics/month/<str:month>/", figures.month, name="month-report"),
    path("metrics/month/<str:month>.pdf", figures.month_pdf, name="month-report-pdf"),
    path("metrics/measure/<str:key>/", figures.measure, name="measure"),
    path("maintenance/", lists.maintenances, name="maintenances"),
    path("maintenance/schedule/", maintenance.schedule, name="schedule"),
    path("maintenance/series/<str:code>/end/", maintenance.end_rule, name="end-series"),
    path("components/", components.components, name="components"),
    path("components/add/", components.add_component, name="add-component"),
    path("components/groups/add/", components.add_group, name="add-group"),
    path("components/groups/<str:code>/", components.edit_group, name="edit-group"),
    path("components/groups/<str:code>/archive/", components.archive_group, name="archive-group"),
    path("components/groups/<str:code>/move/", components.move_group, name="move-group"),
    path("components/<str:code>/", components.edit_component, name="edit-component"),
    path("components/<str:code>/status/", components.set_status, name="set-component-status"),
    path("components/<str:code>/archive/", components.archive_component, name="archive-component"),
    path("components/<str:code>/restore/", components.restore_component, name="restore-component"),
    path("components/<str:code>/move/", components.move_component, name="move-component"),
    path("templates/", settings.templates, name="templates"),
    path("templates/add/", settings.edit_template, name="add-template"),
    path("templates/<int:pk>/", settings.edit_template, name="edit-template"),
    path("templates/<int:pk>/delete/", settings.delete_template, name="delete-template"),
    path("settings/", settings.settings, name="settings"),
]
