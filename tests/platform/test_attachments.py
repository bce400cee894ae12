"""Attachments: what is taken, what is refused, who may, and that nothing taken is ever altered or lost."""

import hashlib
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from pytest_django import Settings

from meridian.kernel.act import open_act
from meridian.kernel.context import in_company
from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused
from meridian.kernel.models import Act, Change, RefusalRecord
from meridian.kernel.registry import registry
from meridian.kernel.signature import Signing
from meridian.platform.attachments import files
from meridian.platform.attachments.models import Attachment
from tests.accounts.firm import PASSWORD, Firm, access_change, content_hash, new_firm

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
BASE = "/accounts/access-changes"


@pytest.fixture
def firm(settings: Settings, tmp_path: Path) -> Firm:
    settings.STORE = tmp_path
    return new_firm()


@pytest.fixture
def record(firm: Firm) -> UUID:
    return access_change(firm, role_code="auditor")


def upload(client: Client, record: UUID, name: str = "报告.pdf", content: bytes = PDF, **more: Any) -> Any:
    form = {"file": SimpleUploadedFile(name, content), **more}
    return client.post(f"{BASE}/{record}/attachments", form)


def kept(firm: Firm) -> list[Attachment]:
    with in_company(firm.company_id):
        return list(Attachment.objects.order_by("pk"))


def stored(tmp_path: Path) -> list[Path]:
    return [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_file_is_kept_by_its_hash_listed_and_downloaded_as_it_was(firm: Firm, record: UUID, tmp_path: Path) -> None:
    client = firm.client("system_admin")
    answer = upload(client, record)
    assert (answer.status_code, answer["Location"]) == (302, f"{BASE}/{record}/?section=attachments")
    digest = hashlib.sha256(PDF).hexdigest()
    assert [path.name for path in stored(tmp_path)] == [digest]
    assert stored(tmp_path)[0].stat().st_mode & 0o777 == 0o600
    row = kept(firm)[0]
    page = client.get(f"{BASE}/{record}/?section=attachments").content.decode()
    assert "报告.pdf" in page
    assert f"{BASE}/{record}/attachments/{row.pk}" in page
    got = client.get(f"{BASE}/{record}/attachments/{row.pk}")
    assert got.content == PDF
    assert got["Content-Type"] == "application/octet-stream"
    assert got["Content-Disposition"] == "attachment; filename*=utf-8''%E6%8A%A5%E5%91%8A.pdf"
    assert got["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got["Content-Security-Policy"]
    assert got["Cache-Control"] == "no-store"


def test_attaching_is_an_act_of_its_own_in_trail_and_timeline(firm: Firm, record: UUID) -> None:
    client = firm.client("system_admin")
    upload(client, record)
    row = kept(firm)[0]
    change = Change.objects.get(row_id=row.pk)
    assert (change.table_name, change.operation) == ("attachments_attachment", "insert")
    assert Act.objects.get(transaction_id=change.transaction_id).actor_id == firm.user("system_admin").pk
    trail = client.get(f"{BASE}/{record}/trail").content.decode()
    assert "报告.pdf" in trail


def test_a_second_submit_of_the_same_form_attaches_once(firm: Firm, record: UUID) -> None:
    client = firm.client("system_admin")
    assert upload(client, record, key="one").status_code == 302
    assert upload(client, record, key="one").status_code == 302
    assert upload(client, record, key="two").status_code == 409  # the same file again is no new fact
    assert len(kept(firm)) == 1


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("a.pdf", b"", 422, "attachment_empty"),
        ("a.pdf", b"MZ\x90\x00", 422, "attachment_kind_differs"),
        ("a.png", PDF, 422, "attachment_kind_differs"),
        ("a.txt", b"MZ\x90\x00", 422, "attachment_kind_differs"),
        ("a.webp", b"RIFF\x00\x00\x00\x00WAVE", 422, "attachment_kind_differs"),
        ("a.html", b"<script>alert(1)</script>", 422, "attachment_kind_refused"),
        ("a.svg", b"<svg/>", 422, "attachment_kind_refused"),
        ("a.exe", b"MZ\x90\x00", 422, "attachment_kind_refused"),
        ("invoice.pdf.exe", b"MZ\x90\x00", 422, "attachment_kind_refused"),
        ("invoice\u202efdp.exe", b"MZ\x90\x00", 422, "attachment_kind_refused"),
        ("a.exe. . ", b"MZ\x90\x00", 422, "attachment_kind_refused"),
        ("\u200b\u202e.pdf", PDF, 422, "attachment_name_invalid"),
        ("noextension", PDF, 422, "attachment_name_invalid"),
        ("a.pdf", b"%PDF-" + b"0" * (20 * 1024 * 1024 - 4), 413, "attachment_too_large"),
    ],
)
def test_what_is_no_attachment_is_refused_and_nothing_is_kept(
    firm: Firm, record: UUID, tmp_path: Path, name: str, content: bytes, status: int, code: str
) -> None:
    answer = upload(firm.client("system_admin"), record, name, content)
    assert answer.status_code == status
    assert kept(firm) == []
    assert stored(tmp_path) == []
    with pytest.raises(Refused) as caught:
        files.checked(SimpleUploadedFile(name, content))
    assert caught.value.code == code


def test_the_largest_file_is_taken(firm: Firm, record: UUID) -> None:
    assert (
        upload(firm.client("system_admin"), record, "a.pdf", b"%PDF-" + b"0" * (20 * 1024 * 1024 - 5)).status_code
        == 302
    )


def test_a_form_far_too_long_is_answered_without_reading_the_file(firm: Firm, record: UUID) -> None:
    answer = upload(firm.client("system_admin"), record, "a.pdf", PDF + b"0" * (21 * 1024 * 1024))
    assert answer.status_code == 413
    assert kept(firm) == []


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\报告.PDF", "报告.pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("合格\u202e证\u2066.pdf", "合格证.pdf"),
        ("  a   b .pdf ", "a b.pdf"),
        ("名" * 300 + ".pdf", "名" * 116 + ".pdf"),
    ],
)
def test_hostile_names_become_harmless(given: str, name: str) -> None:
    assert files.harmless_name(given) == name


def test_archives_are_kept_as_they_are_and_never_unpacked(firm: Firm, record: UUID, tmp_path: Path) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../bomb", b"\x00" * 50_000_000)
    assert upload(firm.client("system_admin"), record, "bomb.zip", packed.getvalue()).status_code == 302
    assert [path.stat().st_size for path in stored(tmp_path)] == [len(packed.getvalue())]


def test_only_those_who_draft_or_move_the_document_attach(firm: Firm, record: UUID) -> None:
    assert upload(firm.client("quality_staff"), record, "a.pdf").status_code == 302  # approves it
    assert upload(firm.client("auditor"), record, "b.pdf").status_code == 403  # reads it
    assert upload(firm.client("keeper"), record, "c.pdf").status_code == 404  # does not see it
    assert [row.name for row in kept(firm)] == ["a.pdf"]
    codes = RefusalRecord.objects.filter(company_id=firm.company_id, transition="attach").values_list("code", flat=True)
    assert list(codes) == ["permission_required"]


def test_files_of_another_company_do_not_exist(firm: Firm, record: UUID) -> None:
    upload(firm.client("system_admin"), record)
    row, other = kept(firm)[0], new_firm()
    stranger, theirs = other.client("system_admin"), access_change(other)
    assert stranger.get(f"{BASE}/{record}/attachments/{row.pk}").status_code == 404
    assert stranger.get(f"{BASE}/{theirs}/attachments/{row.pk}").status_code == 404  # nor through their own
    assert upload(stranger, record).status_code == 404
    assert stranger.post(f"{BASE}/{record}/attachments/{row.pk}/withdraw", {"remark": "x"}).status_code == 404


def test_withdrawing_needs_a_reason_and_keeps_the_file(firm: Firm, record: UUID) -> None:
    client = firm.client("system_admin")
    upload(client, record)
    row = kept(firm)[0]
    url = f"{BASE}/{record}/attachments/{row.pk}"
    assert client.get(f"{url}/withdraw").status_code == 200
    assert client.post(f"{url}/withdraw", {"remark": " "}).status_code == 422
    assert client.post(f"{url}/withdraw", {"remark": "传错文件"}).status_code == 302
    assert client.post(f"{url}/withdraw", {"remark": "again"}).status_code == 409
    assert "已撤回：传错文件" in client.get(f"{BASE}/{record}/?section=attachments").content.decode()
    assert client.get(url).content == PDF
    assert kept(firm)[0].withdrawn_by_name == firm.user("system_admin").name


def test_after_signing_files_are_added_and_none_is_withdrawn(firm: Firm, record: UUID) -> None:
    client = firm.client("system_admin")
    upload(client, record, "before.pdf")
    put_into_force(firm, record)
    upload(client, record, "after.pdf")
    before, after = kept(firm)
    assert (before.after_signing, after.after_signing) == (False, True)
    answer = client.post(f"{BASE}/{record}/attachments/{before.pk}/withdraw", {"remark": "x"})
    assert answer.status_code == 409
    assert "不能撤回" in answer.content.decode()
    page = client.get(f"{BASE}/{record}/?section=attachments").content.decode()
    assert "签署后补充" in page
    assert "/withdraw" not in page


def put_into_force(firm: Firm, record: UUID) -> None:
    declared = registry.document_types["access_change"]
    with in_company(firm.company_id):
        perform(declared.transitions["submit"], Command(document_id=record), actor=firm.actor("system_admin"))
    signing = Signing(content_hash=content_hash(firm, "access_change", record), meaning="approved", password=PASSWORD)
    with in_company(firm.company_id):
        command = Command(document_id=record, signing=signing)
        perform(declared.transitions["put_into_force"], command, actor=firm.actor("quality_staff"))


def test_altered_content_is_not_handed_out(firm: Firm, record: UUID, tmp_path: Path) -> None:
    client = firm.client("system_admin")
    upload(client, record)
    stored(tmp_path)[0].write_bytes(PDF + b"!")
    assert client.get(f"{BASE}/{record}/attachments/{kept(firm)[0].pk}").status_code == 409


def test_the_database_lets_no_row_be_altered_or_deleted(firm: Firm, record: UUID) -> None:
    upload(firm.client("system_admin"), record)
    with in_company(firm.company_id):
        row = Attachment.objects.get()
        for act in (lambda: Attachment.objects.update(name="b.pdf"), lambda: Attachment.objects.all().delete()):
            with pytest.raises(DatabaseError), transaction.atomic(), open_act(firm.actor("system_admin")):
                act()
        row.refresh_from_db()
        assert row.name == "报告.pdf"


def test_api_attaches_lists_downloads_and_withdraws(firm: Firm, record: UUID) -> None:
    client, base = firm.client("system_admin"), f"/api/v1{BASE}/{record}/attachments"
    made = client.post(base, {"file": SimpleUploadedFile("a.pdf", PDF)})
    assert made.status_code == 201
    listed = client.get(base).json()
    assert [(row["id"], row["name"], row["size"]) for row in listed] == [(made.json()["id"], "a.pdf", len(PDF))]
    url = f"{base}/{made.json()['id']}"
    got = client.get(url)
    assert (got.content, got["X-Content-Type-Options"]) == (PDF, "nosniff")
    assert client.post(f"{url}/withdraw", {}, content_type="application/json").status_code == 422
    assert client.post(f"{url}/withdraw", {"reason": "传错"}, content_type="application/json").status_code == 204
    assert client.get(base).json()[0]["withdraw_reason"] == "传错"


def test_api_takes_files_longer_than_other_bodies_and_refuses_longer_than_files(firm: Firm, record: UUID) -> None:
    client, base = firm.client("system_admin"), f"/api/v1{BASE}/{record}/attachments"
    assert client.post(base, {"file": SimpleUploadedFile("a.pdf", PDF + b"0" * 2_000_000)}).status_code == 201
    refused = client.post(base, {"file": SimpleUploadedFile("b.pdf", PDF + b"0" * (21 * 1024 * 1024))})
    assert (refused.status_code, refused.json()["code"]) == (413, "attachment_too_large")
    assert client.post(base, {}).status_code == 422
    stranger = new_firm().client("system_admin")
    assert stranger.post(base, {"file": SimpleUploadedFile("a.pdf", PDF)}).status_code == 404
    assert stranger.get(base).status_code == 404
