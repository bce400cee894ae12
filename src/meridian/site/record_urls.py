"""Addresses of what hangs on a record: its attachments and its prints."""

from django.urls import path

from meridian.platform.attachments import pages as attachments
from meridian.platform.printing import pages as printing

RECORD = "<slug:module>/<slug:slug>/<uuid:document_id>"

urlpatterns = [
    path(f"{RECORD}/attachments", attachments.upload, name="attach"),
    path(f"{RECORD}/attachments/<uuid:attachment_id>", attachments.download, name="attachment"),
    path(f"{RECORD}/attachments/<uuid:attachment_id>/withdraw", attachments.withdraw, name="attachment_withdraw"),
    path(f"{RECORD}/print/<slug:name>", printing.print_form, name="document_print"),
]
