"""Addresses of attachments, below their record's."""

from django.urls import path

from meridian.platform.attachments import pages

FILES = "<slug:module>/<slug:slug>/<uuid:document_id>/attachments"

urlpatterns = [
    path(FILES, pages.upload, name="attach"),
    path(f"{FILES}/<uuid:attachment_id>", pages.download, name="attachment"),
    path(f"{FILES}/<uuid:attachment_id>/withdraw", pages.withdraw, name="attachment_withdraw"),
]
