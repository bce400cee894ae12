"""Identifiers and labels of the demo company: the published catalogue it compares with, the labels it printed."""

import csv
from hashlib import sha256
from io import StringIO

from meridian.inventory.models import Lot
from meridian.items.documents import CatalogueSnapshotDocument
from meridian.items.models import DeviceIdentifier
from meridian.labels.printing import LabelOrder, print_order
from meridian.labels.vocabulary import FileFormat, LabelKind
from meridian.organization.models import Place
from meridian.organization.vocabulary import PlaceKind, Role
from meridian.platform.attachments.files import Upload
from meridian.platform.attachments.keeping import attach
from meridian.site.demo.clockwork import Days
from meridian.site.demo.staff import Staff


def published_catalogue(staff: Staff, days: Days, days_ago: int) -> None:
    """The national database as the company downloaded it: every identifier of its products stands in it."""
    with staff.reading():
        rows = list(DeviceIdentifier.objects.order_by("di").values_list(
            "di", "document__device_name", "document__specification", "document__registrant_name",
            "document__registration__registration_no"))  # fmt: skip
    text = StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["zxxsdycpbs", "cpmctymc", "ggxh", "ylqxzcrbarmc", "zczbhhzbapzbh"])
    table.writerows(rows)
    content = text.getvalue().encode()
    fields = {"snapshot_on": days.ago(days_ago), "source": "国家药监局 UDI 数据库（示例数据）"}
    made = staff.draft(Role.QUALITY_STAFF, CatalogueSnapshotDocument, fields)
    with staff.reading():
        upload = Upload("udid.csv", content, sha256(content).hexdigest())
        attach(CatalogueSnapshotDocument, made, upload, actor=staff.actor(Role.QUALITY_STAFF))
    staff.perform(Role.QUALITY_STAFF, CatalogueSnapshotDocument.load_file, made)


def labels(staff: Staff) -> None:
    """The bins were labelled once, a lot twice: the label of one box was spoilt."""
    keeper = staff.actor(Role.KEEPER)
    with staff.reading():
        bins = list(Place.objects.filter(kind=PlaceKind.BIN).order_by("code").values_list("pk", flat=True)[:40])
        lot = Lot.objects.order_by("-pk").values_list("pk", flat=True)[0]
        print_order(LabelOrder(LabelKind.PLACE, dict.fromkeys(bins, 1), file_format=FileFormat.PDF), actor=keeper)
        print_order(LabelOrder(LabelKind.PRODUCT, {lot: 12}), actor=keeper)
        print_order(LabelOrder(LabelKind.PRODUCT, {lot: 1}, reason="一盒标签污损"), actor=keeper)
