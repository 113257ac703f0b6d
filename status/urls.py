"""The public paths: whichever the registry of documents knows."""

from django.urls import path

from . import views

app_name = "status"

urlpatterns = [
    path("", views.public, name="home"),
    path("<path:path>", views.public, name="document"),
]
