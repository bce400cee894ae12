"""Addresses of derived pages. Fixed words come first; a document type's own name can then never hide one."""

from django.urls import path

from meridian.platform.screens import views, writing
from meridian.platform.screens.derive.preferences import preferences

RECORD = "<slug:module>/<slug:slug>/<uuid:document_id>/"

urlpatterns = [
    path("", views.home, name="home"),
    path("preferences", preferences, name="preferences"),
    path("resume", views.resumed, name="resume"),
    path("pick/<slug:app>/<slug:model>", views.picker_options, name="picker_options"),
    path("<slug:module>/<slug:slug>/", views.document_list, name="document_list"),
    path("<slug:module>/<slug:slug>/new", writing.new, name="document_new"),
    path(RECORD, views.record, name="document"),
    path(f"{RECORD}edit", writing.edit, name="document_edit"),
    path(f"{RECORD}trail", views.trail, name="document_trail"),
    path(f"{RECORD}bundle", views.bundle, name="document_bundle"),
    path(f"{RECORD}<slug:step>", writing.move, name="document_step"),
]
