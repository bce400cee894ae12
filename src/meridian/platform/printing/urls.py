"""Addresses of prints, below their record's."""

from django.urls import path

from meridian.platform.printing import pages

urlpatterns = [
    path("<slug:module>/<slug:slug>/<uuid:document_id>/print/<slug:name>", pages.print_form, name="document_print"),
]
