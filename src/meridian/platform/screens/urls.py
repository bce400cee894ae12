"""Addresses of derived pages. Fixed words come first; a document type's own name can then never hide one."""

from django.urls import path

from meridian.platform.screens import views, writing

RECORD = "<slug:module>/<slug:slug>/<uuid:document_id>/"

urlpatterns = [
    path("resume", views.resumed, name="resume"),
    path("pick/<slug:app>/<slug:model>", views.picker_options, name="picker_options"),
    path("<slug:module>/<slug:slug>/new", writing.new, name="document_new"),
    path(f"{RECORD}edit", writing.edit, name="document_edit"),
    path(f"{RECORD}bundle", views.bundle, name="document_bundle"),
    path(f"{RECORD}<slug:step>", writing.move, name="document_step"),
]
