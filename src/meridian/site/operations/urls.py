"""Addresses of what looks after the server and its rules."""

from django.urls import path

from meridian.site.operations import backups, evidence, pages
from meridian.site.operations.lifecycle import lifecycle
from meridian.site.operations.rule import rule

urlpatterns = [
    path("health", pages.health, name="health"),
    path("system/jobs", pages.job_list, name="jobs"),
    path("system/backups", backups.backup_list, name="backups"),
    path("compliance/evidence", evidence.evidence_page, name="evidence"),
    path("lifecycle/<slug:code>", lifecycle, name="lifecycle"),
    path("rules/<slug:token>", rule, name="rule"),
]
