"""Labels through HTTP, as a receiver, a keeper and a label printer's client have them: page, lot, receipt, API."""

import json
import re
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from pypdf import PdfReader

from meridian.accounts.signing_in import BACKEND
from meridian.inventory.models import Lot
from meridian.items.tests.factories import BOX_DI, CASE_DI
from meridian.kernel.models import RefusalRecord, User
from meridian.labels.models import LabelJob, LabelLine
from meridian.labels.tests.reading import labels_of, symbols_on
from meridian.organization.models import Place
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.purchasing.tests.inbound import Inbound, barcode, new_inbound
from meridian.warehouse.models import GoodsReceipt
from tests.endpoints.caller import Caller

pytestmark = pytest.mark.django_db

PAGE, API = "/labels/print", "/api/v1/labels/print"


@pytest.fixture
def inbound() -> Inbound:
    return new_inbound()


def signed_in(inbound: Inbound, role: Role) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=inbound.company.actors[role].user_id), backend=BACKEND)
    return client


def lots(inbound: Inbound) -> dict[str, UUID]:
    with inbound.company.scope():
        return dict(Lot.objects.values_list("lot_no", "id"))


def received(inbound: Inbound, quantity: str = "1", **line: Any) -> UUID:
    """A posted receipt of one line."""
    receipt = inbound.receipt(inbound.order(), [inbound.line(quantity, **line)])
    inbound.receive(receipt)
    return receipt


def counts(inbound: Inbound) -> tuple[int, int]:
    """Prints and refusals there are."""
    with inbound.company.scope():
        return LabelJob.objects.count(), RefusalRecord.objects.count()


def inputs(html: str) -> dict[str, Any]:
    """What the page's form would send: its hidden inputs, counts and choices as they stand."""
    form: dict[str, Any] = {"subject": re.findall(r'name="subject" value="([^"]+)"', html)}
    for name in ("kind", "receipt", "document_type", "key"):
        form[name] = re.findall(rf'name="{name}" value="([^"]*)"', html)[0]
    form.update(re.findall(r'name="(copies-[^"]+)" value="([^"]*)"', html))
    for name in ("size", "resolution", "symbol", "file_format"):
        select = re.findall(rf'<select[^>]*name="{name}".*?</select>', html, re.DOTALL)[0]
        form[name] = re.findall(r'value="([^"]+)" selected', select)[0]
    return form


def test_a_receipt_offers_labels_for_its_packages_and_prints_them(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order(), [{**inbound.line("100"), "scanned": barcode(CASE_DI)}])
    receiver = signed_in(inbound, Role.RECEIVER)
    inbound.receive(receipt)
    offered = f"{PAGE}?receipt={receipt}"
    assert offered in receiver.get(f"/warehouse/goods-receipts/{receipt}/").content.decode()
    shown = receiver.get(offered).content.decode()
    form = inputs(shown)
    lot = lots(inbound)["L1"]
    assert form[f"copies-{lot}"] == "5"  # 100 boxes in cases of 20
    form[f"copies-{lot}"] = "3"
    done = receiver.post(PAGE, {**form, "step": "print"})
    assert done.headers["Content-Type"] == "application/pdf"
    assert done.headers["Cache-Control"] == "no-store"
    pages = PdfReader(BytesIO(done.content)).pages
    assert len(pages) == 3
    assert CASE_DI in pages[0].extract_text()
    with inbound.company.scope():
        job = LabelJob.objects.get()
        assert (job.source_type, job.source_id, job.label_count) == ("goods_receipt", receipt, 3)
    again = receiver.get(offered).content.decode()
    assert 'name="reason"' in again
    assert counts(inbound) == (1, 0)
    refused = receiver.post(PAGE, {**inputs(again), "step": "print"})
    assert refused.status_code == 422
    assert "已打印过标签；补打请填写原因" in refused.content.decode()
    assert counts(inbound) == (1, 1)
    reprinted = receiver.post(PAGE, {**inputs(again), "reason": "标签污损", "step": "print"})
    assert "补打 1" in PdfReader(BytesIO(reprinted.content)).pages[0].extract_text()


def test_the_log_shows_prints_to_quality_and_not_to_purchasing(inbound: Inbound) -> None:
    received(inbound, "1")
    lot = lots(inbound)["L1"]
    keeper = signed_in(inbound, Role.KEEPER)
    shown = keeper.get(f"{PAGE}?lot={lot}").content.decode()
    keeper.post(PAGE, {**inputs(shown), "step": "print"})
    log = "/labels/label-jobs/"
    quality = signed_in(inbound, Role.QUALITY_STAFF).get(log).content.decode()
    assert "BQ-" in quality
    assert "保管员甲" in quality
    assert signed_in(inbound, Role.BUYER).get(log).status_code == 403


def test_a_lots_page_offers_labels_to_those_who_print_alone(inbound: Inbound) -> None:
    received(inbound, "1")
    lot = lots(inbound)["L1"]
    link = f"{PAGE}?lot={lot}"
    assert link in signed_in(inbound, Role.KEEPER).get(f"/inventory/lots/{lot}").content.decode()
    buyer = signed_in(inbound, Role.BUYER)
    assert link not in buyer.get(f"/inventory/lots/{lot}").content.decode()
    assert buyer.get(link).status_code == 403
    assert PAGE not in buyer.get("/inventory/stock").content.decode()
    assert PAGE in signed_in(inbound, Role.KEEPER).get("/inventory/stock").content.decode()


def test_a_preview_shows_pictures_and_counts_as_no_print(inbound: Inbound) -> None:
    received(inbound, "1")
    keeper = signed_in(inbound, Role.KEEPER)
    shown = keeper.get(f"{PAGE}?lot={lots(inbound)['L1']}").content.decode()
    seen = keeper.post(PAGE, {**inputs(shown), "step": "preview"})
    assert seen.status_code == 200
    assert seen.content.decode().count("data:image/png;base64,") == 1
    assert counts(inbound) == (0, 0)


def test_things_are_found_added_and_dropped_without_a_script(inbound: Inbound) -> None:
    received(inbound, "1")
    keeper = signed_in(inbound, Role.KEEPER)
    form = inputs(keeper.get(PAGE).content.decode())
    unknown = keeper.post(PAGE, {**form, "q": "NO-SUCH", "step": "find"}).content.decode()
    assert "没有找到" in unknown
    lot = lots(inbound)["L1"]
    found = keeper.post(PAGE, {**form, "q": "L1", "step": "find"}).content.decode()
    assert inputs(found)["subject"] == [str(lot)]
    dropped = keeper.post(PAGE, {**inputs(found), "step": f"drop:{lot}"}).content.decode()
    assert inputs(dropped)["subject"] == []
    assert "还没有选择要打印的对象" in dropped


def test_all_places_of_a_warehouse_are_printed_and_hold_their_codes(inbound: Inbound) -> None:
    keeper = signed_in(inbound, Role.KEEPER)
    with inbound.company.scope():
        zones = Place.objects.exclude(kind="warehouse").order_by("code")
        codes, warehouse = [zone.code for zone in zones], zones[0].parent_id
    shown = keeper.get(f"{PAGE}?within={warehouse}").content.decode()
    done = keeper.post(PAGE, {**inputs(shown), "file_format": "zpl", "symbol": "code_128", "step": "print"})
    assert done.headers["Content-Type"] == "application/zpl"
    read = [symbols_on(bitmap) for bitmap, _copies in labels_of(done.content)]
    assert read == [[("]C0", code.encode())] for code in codes]
    with inbound.company.scope():
        assert LabelJob.objects.get().warehouse_id == warehouse
        note = LabelLine.objects.get(subject_id=inbound.place(ZoneKind.PENDING)).note
    assert note.startswith("黄色 · 待验区")


def test_a_document_label_holds_the_number(inbound: Inbound) -> None:
    receipt = received(inbound, "1")
    keeper = signed_in(inbound, Role.KEEPER)
    form = inputs(keeper.get(f"{PAGE}?kind=document").content.decode())
    with inbound.company.scope():
        number = GoodsReceipt.objects.get(pk=receipt).number
    found = keeper.post(PAGE, {**form, "q": number.lower(), "step": "find"}).content.decode()
    done = keeper.post(PAGE, {**inputs(found), "file_format": "zpl", "step": "print"})
    [(bitmap, _copies)] = labels_of(done.content)
    assert symbols_on(bitmap)[0][1] == number.encode()


def test_a_count_that_is_none_stays_as_typed_and_prints_nothing(inbound: Inbound) -> None:
    received(inbound, "1")
    keeper = signed_in(inbound, Role.KEEPER)
    lot = lots(inbound)["L1"]
    form = inputs(keeper.get(f"{PAGE}?lot={lot}").content.decode())
    for typed in ("0", "-1", "2001", "1.5", "<b>", "٣"):
        answer = keeper.post(PAGE, {**form, f"copies-{lot}": typed, "step": "print"})
        assert answer.status_code == 422
        assert inputs(answer.content.decode())[f"copies-{lot}"] == typed.replace("<b>", "&lt;b&gt;")
    assert counts(inbound)[0] == 0


@pytest.mark.parametrize(
    "sent",
    [
        {"kind": "x" * 5000, "size": "1x1", "symbol": "\x00"},
        {"subject": ["not-an-id", "'; DROP TABLE labels_label_job; --"]},
        {"step": "drop:" + "x" * 9000},
        {"step": "within:" + str(uuid4())},
        {"q": "\x00\ud800".encode("utf-8", "surrogatepass"), "step": "find"},
        {"receipt": str(uuid4())},
        {"reason": "\x00", "step": "print"},
    ],
)
def test_hostile_forms_are_answered_and_print_nothing(inbound: Inbound, sent: dict[str, Any]) -> None:
    answer = signed_in(inbound, Role.KEEPER).post(PAGE, sent)
    assert answer.status_code in (200, 404, 422)
    assert counts(inbound)[0] == 0


@pytest.mark.parametrize(
    "query", ["receipt=1", "lot=x", "place=", "within=%00", "document=goods_receipt:1", "document="]
)
def test_hostile_addresses_are_not_found(inbound: Inbound, query: str) -> None:
    assert signed_in(inbound, Role.KEEPER).get(f"{PAGE}?{query}").status_code == 404


def test_another_companys_receipt_lot_and_place_are_not_found(inbound: Inbound) -> None:
    other = new_inbound()
    receipt = received(other, "1")
    keeper = signed_in(inbound, Role.KEEPER)
    assert keeper.get(f"{PAGE}?receipt={receipt}").status_code == 404
    assert inputs(keeper.get(f"{PAGE}?lot={lots(other)['L1']}").content.decode())["subject"] == []
    caller = Caller(keeper)
    for kind, key in (("product", lots(other)["L1"]), ("place", other.place(ZoneKind.PENDING))):
        body = {"kind": kind, "labels": [{"id": str(key)}]}
        assert caller.post(API, body)[0] == 404
    wrong = {"kind": "document", "document_type": "goods_receipt", "labels": [{"id": str(receipt)}]}
    assert caller.post(API, wrong)[0] == 404
    assert counts(inbound) == (0, 3)


def test_a_client_gets_the_file_in_one_request_and_the_same_for_the_same_key(inbound: Inbound) -> None:
    receipt = received(inbound, "2")
    lot = lots(inbound)["L1"]
    client = signed_in(inbound, Role.RECEIVER)
    body = json.dumps({"kind": "product", "labels": [{"id": str(lot), "copies": 2}], "receipt_id": str(receipt),
                       "file_format": "zpl", "resolution": "300", "size": "40x25"})  # fmt: skip
    answers = [client.post(API, body, content_type="application/json", headers={"Idempotency-Key": "gun"})
               for _try in range(2)]  # fmt: skip
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert answers[0].headers["Content-Disposition"].startswith("attachment")
    [(bitmap, copies)] = labels_of(answers[0].content)
    assert (bitmap.width, bitmap.height, copies) == (472, 295, 2)
    assert symbols_on(bitmap)[0][0] == "]d2"
    assert BOX_DI.encode() in symbols_on(bitmap)[0][1]
    record = client.get(answers[0].headers["Location"]).json()
    assert record["header"]["label_count"] == 2
    assert counts(inbound)[0] == 1


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"labels": []}, 422, "field_invalid"),
        ({"labels": [{"id": "x"}]}, 422, "field_invalid"),
        ({"kind": "poster"}, 422, "field_invalid"),
        ({"size": "1x1"}, 422, "field_invalid"),
        ({"printed_by_name": "x"}, 422, "system_field_readonly"),
        ({"colour": "red"}, 422, "field_unknown"),
        ({"document_type": "no_such", "kind": "document"}, 404, "not_found"),
    ],
)
def test_a_faulty_request_is_refused_by_name(inbound: Inbound, change: dict[str, Any], status: int, code: str) -> None:
    received(inbound, "1")
    body = {"kind": "product", "labels": [{"id": str(lots(inbound)["L1"])}], **change}
    answer = Caller(signed_in(inbound, Role.KEEPER)).post(API, body)
    assert (answer[0], answer[1]["code"]) == (status, code)
    assert counts(inbound)[0] == 0


def test_a_lot_of_another_receipt_is_not_printed_for_this_one(inbound: Inbound) -> None:
    receipt = received(inbound, "1")
    received(inbound, "1", lot_no="L2")
    body = {"kind": "product", "labels": [{"id": str(lots(inbound)["L2"])}], "receipt_id": str(receipt)}
    assert Caller(signed_in(inbound, Role.KEEPER)).post(API, body)[0] == 404


def test_a_second_receipt_of_a_lot_has_first_labels_of_its_own(inbound: Inbound) -> None:
    first, second = received(inbound, "1"), received(inbound, "1")
    client = signed_in(inbound, Role.RECEIVER)
    for receipt in (first, second):
        body = {"kind": "product", "labels": [{"id": str(lots(inbound)["L1"])}], "receipt_id": str(receipt)}
        assert client.post(API, json.dumps(body), content_type="application/json").status_code == 200
    with inbound.company.scope():
        assert list(LabelLine.objects.values_list("reprint_no", flat=True)) == [0, 0]


def test_the_page_takes_few_statements_for_many_lots(inbound: Inbound, django_assert_max_num_queries: Any) -> None:
    for number in range(6):
        received(inbound, "1", lot_no=f"L{number}")
    keeper = signed_in(inbound, Role.KEEPER)
    query = "&".join(f"lot={key}" for key in lots(inbound).values())
    keeper.get(f"{PAGE}?{query}")
    with django_assert_max_num_queries(25):
        keeper.get(f"{PAGE}?{query}")


def test_a_preview_is_turned_until_every_different_label_was_seen(
    inbound: Inbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meridian.labels.pages.printing.PREVIEWED", 2)
    with inbound.company.scope():
        places = list(Place.objects.exclude(kind="warehouse").values_list("pk", flat=True))[:5]
    keeper = signed_in(inbound, Role.KEEPER)
    form = inputs(keeper.get(f"{PAGE}?kind=place&place={places[0]}").content.decode())
    form = {**form, "subject": [str(key) for key in places], **{f"copies-{key}": "1" for key in places}}
    seen: list[str] = []
    step = "preview"
    while step:
        page = keeper.post(PAGE, {**form, "step": step}).content.decode()
        shown = re.findall(r'src="(data:image/png;base64,[^"]+)"', page)
        assert f"{len(seen) + 1}–{len(seen) + len(shown)} / {len(places)}" in page
        seen += shown
        turned = re.findall(r'name="step" value="(preview:\d+)"', page.split('id="preview-turn"')[1])
        step = turned[-1] if turned and int(turned[-1][8:]) >= len(seen) else ""
    assert len(seen) == len(set(seen)) == len(places)
    for far in ("preview:99999", "preview:-1", "preview:x"):
        assert keeper.post(PAGE, {**form, "step": far}).content.decode().count("data:image/png") == 2
    assert counts(inbound) == (0, 0)


@pytest.mark.parametrize("file_format", ["pdf", "zpl"])
def test_a_test_label_is_printed_for_nothing_and_counts_as_no_print(inbound: Inbound, file_format: str) -> None:
    keeper = signed_in(inbound, Role.KEEPER)
    form = {**inputs(keeper.get(PAGE).content.decode()), "size": "100x70", "file_format": file_format}
    answer = keeper.post(PAGE, {**form, "step": "test"})
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-" if file_format == "pdf" else b"^XA")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert counts(inbound) == (0, 0)
    again = inputs(keeper.get(PAGE).content.decode())
    assert (again["size"], again["file_format"]) == ("100x70", file_format)
    refused = keeper.post(PAGE, {**form, "step": "test", "size": "40x25", "symbol": "code_128"})
    assert refused.status_code in (200, 422)
    assert signed_in(inbound, Role.BUYER).post(PAGE, {**form, "step": "test"}).status_code == 403


def test_the_workstation_remembers_its_printer_whoever_signs_in(inbound: Inbound) -> None:
    received(inbound, "1")
    keeper = signed_in(inbound, Role.KEEPER)
    form = inputs(keeper.get(f"{PAGE}?lot={lots(inbound)['L1']}").content.decode())
    keeper.post(PAGE, {**form, "step": "print", "size": "100x70", "resolution": "300", "file_format": "zpl"})
    other = signed_in(inbound, Role.RECEIVER)
    assert inputs(other.get(PAGE).content.decode())["size"] == "60x40", "another workstation has its own"
    other.cookies["meridian_labels"] = keeper.cookies["meridian_labels"].value
    mine = inputs(other.get(PAGE).content.decode())
    assert (mine["size"], mine["resolution"], mine["file_format"]) == ("100x70", "300", "zpl")
    other.cookies["meridian_labels"] = "size=<b>&resolution=9999&x=%00"
    assert inputs(other.get(PAGE).content.decode())["size"] == "60x40"
