"""Who answers which path."""

from allauth.account import views as account
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from incidents.views.programs import due_dates, tracker_hook
from status.views import drill_page, report_preview

from .health import healthz, readyz
from .media import serve_media

handler404 = "status.views.not_found"

# Only the account pages that we want: there is no public sign-up.
account_urls = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("password/", account.password_change, name="account_change_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/<uidb36>-<key>/",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("no-sign-up/", RedirectView.as_view(pattern_name="account_login"), name="account_signup"),
]

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("media/<path:path>", serve_media, name="media"),
    path("console/admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("console/admin/", admin.site.urls),
    path("console/account/", include(account_urls)),
    path("console/drill-page/<str:code>/", drill_page, name="drill-page"),
    path("console/due-dates/<str:token>.ics", due_dates, name="due-dates"),
    path("hooks/<str:tracker>/<str:code>", tracker_hook, name="tracker-hook"),
    path("console/report-preview/<str:code>/", report_preview, name="report-preview"),
    path("console", RedirectView.as_view(pattern_name="console:home")),
    path("console/publishing/", include("status.console_urls")),
    path("console/", include("incidents.urls")),
    path("", include("status.urls")),
]
