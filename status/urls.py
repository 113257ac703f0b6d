"""The public paths."""

from django.urls import path

from . import views

app_name = "status"

urlpatterns = [
    path("", views.home, name="home"),
    path("incidents/<str:code>", views.incident, name="incident"),
    path("history", views.history, name="history"),
    path("brand.css", views.brand, name="brand"),
]
