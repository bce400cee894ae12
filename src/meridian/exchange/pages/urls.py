"""Addresses of imports; mounted before the derived pages."""

from django.urls import path

from meridian.exchange.pages import files, steps, taking

urlpatterns = [
    path("imports/new", taking.take, name="import_new"),
    path("imports/template/<slug:code>", files.template, name="import_template"),
    path("imports/<uuid:key>", steps.current, name="import_current"),
    path("imports/<uuid:key>/mapping", steps.mapping, name="import_mapping"),
    path("imports/<uuid:key>/check", steps.checking, name="import_check"),
    path("imports/<uuid:key>/choose", steps.choosing, name="import_choose"),
    path("imports/<uuid:key>/run", steps.running, name="import_run"),
    path("imports/<uuid:key>/report", steps.report, name="import_report"),
    path("imports/<uuid:key>/errors", files.errors, name="import_errors"),
]
