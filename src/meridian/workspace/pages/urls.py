"""Addresses of the workspace; mounted before the derived pages."""

from django.urls import path

from meridian.workspace.pages import exports, lists, messages, naming, preferences, records, search

LIST = "<slug:module>/<slug:slug>/"
RECORD = f"{LIST}<uuid:document_id>/"

urlpatterns = [
    path("find", search.find, name="find"),
    path("pick/<slug:app>/<slug:model>/named", naming.named, name="picker_named"),
    path("palette", search.palette_options, name="palette"),
    path(LIST, lists.document_list, name="document_list"),
    path(f"{LIST}columns", lists.columns, name="list_columns"),
    path(f"{LIST}views", lists.saved_views, name="list_views"),
    path(f"{LIST}export", exports.export, name="list_export"),
    path("preferences", preferences.preferences, name="preferences"),
    path("messages", messages.inbox, name="messages"),
    path("messages/read", messages.read, name="messages_read"),
    path("exports", exports.exports, name="exports"),
    path("exports/<uuid:key>", exports.download, name="export_file"),
    path("exports/<uuid:key>/cancel", exports.cancel, name="export_cancel"),
    path(RECORD, records.record, name="document"),
    path(f"{RECORD}trail", records.trail, name="document_trail"),
    path(f"{RECORD}comment", records.comment, name="document_comment"),
    path(f"{RECORD}comments/<uuid:comment_id>/withdraw", records.withdraw_comment, name="comment_withdraw"),
]
