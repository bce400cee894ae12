"""Addresses of background work."""

from django.urls import path

from meridian.site.operations import evidence, pages

urlpatterns = [
    path("health", pages.health, name="health"),
    path("system/jobs", pages.job_list, name="jobs"),
    path("compliance/evidence", evidence.evidence_page, name="evidence"),
]
