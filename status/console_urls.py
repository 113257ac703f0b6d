"""The paths below /console/publishing/."""

from django.urls import path

from . import console

app_name = "publishing"

urlpatterns = [
    path("", console.home, name="home"),
    path("now/", console.publish_now, name="now"),
    path("incidents/<str:code>/", console.changes, name="changes"),
    path("places/add/", console.edit_target, name="add-target"),
    path("places/<str:code>/", console.edit_target, name="edit-target"),
    path("places/<str:code>/test/", console.test_target, name="test-target"),
    path("places/<str:code>/again/", console.copy_again, name="copy-again"),
    path("places/<str:code>/remove/", console.remove, name="remove-target"),
]
