"""Addresses of help."""

from django.urls import path

from meridian.site.helping import pages

urlpatterns = [
    path("help/", pages.about_page, name="help"),
    path("help/<slug:code>/", pages.type_page, name="help_type"),
    path("dictionary/", pages.dictionary, name="dictionary"),
]
