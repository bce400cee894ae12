"""Addresses of the workspace; mounted before the derived pages."""

from django.urls import path

from meridian.workspace.pages import search

urlpatterns = [
    path("find", search.find, name="find"),
    path("palette", search.palette_options, name="palette"),
]
