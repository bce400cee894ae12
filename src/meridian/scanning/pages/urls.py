"""Addresses of the scanner's pages; mounted before the derived ones."""

from django.urls import path

from meridian.scanning.pages import export, hub, tasks

TASK = "scan/<slug:task>/<uuid:document_id>"

urlpatterns = [
    path("scan", hub.hub, name="scan"),
    path("scan/<slug:task>/new", hub.begin, name="scan_begin"),
    path(TASK, tasks.task_page, name="scan_task"),
    path(f"{TASK}/take", tasks.take, name="scan_take"),
    path(f"{TASK}/undo", tasks.undo, name="scan_undo"),
    path(f"{TASK}/quantity", tasks.set_quantity, name="scan_quantity"),
    path(f"{TASK}/set-aside", tasks.set_aside, name="scan_set_aside"),
    path(f"{TASK}/finish", tasks.finish, name="scan_finish"),
    path(f"{TASK}/records.csv", export.records, name="scan_records"),
]
