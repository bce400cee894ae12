"""The bundle of one record, judged by its own verifier in a bare Python (`-I -S`: no packages, no site)."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from meridian.evidence import verify_bundle
from meridian.evidence.bundle import Bundle, bundle
from meridian.evidence.keys import signing_key
from meridian.evidence.seal import seal_with
from meridian.kernel.content import hash_of_content
from meridian.kernel.context import in_company
from meridian.kernel.drafts import DraftCommand, draft
from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused
from meridian.kernel.signature import Signing
from meridian.kernel.tests.engine_case import PASSWORD, Firm, PaperForTests
from meridian.kernel.tests.evidence_case import acting, new_role, store_directory
from meridian.site.postgres import Urls

pytestmark = pytest.mark.django_db(transaction=True)
VERIFIER = Path(verify_bundle.__file__)


def signed_paper(firm: Firm) -> UUID:
    """A paper with a past: lines added, changed and removed, a refusal, a signature."""
    paper = firm.paper(lines=[{"class_code": "14-01"}, {"class_code": "14-02"}, {"class_code": "14-03"}]).document_id
    first, second, _gone = firm.lines(paper)
    lines = [{"id": str(first.pk), "class_code": "14-01"}, {"id": str(second.pk), "class_code": "14-08"}]
    draft(PaperForTests, DraftCommand(document_id=paper, fields={"issued_by": "江苏省药监局"}, lines=lines, version=1),
          actor=firm.buyer)  # fmt: skip
    with in_company(firm.company_id):
        seen = hash_of_content(PaperForTests, paper)
    with pytest.raises(Refused):
        perform(PaperForTests.close, Command(paper), actor=firm.head)
    signing = Signing(content_hash=seen, meaning="released", password=PASSWORD)
    perform(PaperForTests.close, Command(paper, signing=signing), actor=firm.head)
    return paper


def bundle_of(firm: Firm, paper: UUID, **options: Any) -> Bundle:
    with in_company(firm.company_id):
        return bundle(PaperForTests, firm.stored(paper), store=store_directory(), exported_by="王芳", **options)


@pytest.fixture(scope="module")
def kept(firm: Firm, database_urls: Urls, django_db_blocker: Any) -> Bundle:
    """One sealed bundle for the tests that only read it."""
    with django_db_blocker.unblock():
        paper = signed_paper(firm)
        seal_with(database_urls.seal, store_directory())
        return bundle_of(firm, paper)


def files_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def judged(data: bytes, tmp_path: Path, *options: str, verifier: Path = VERIFIER) -> tuple[int, str]:
    path = tmp_path / "bundle.zip"
    path.write_bytes(data)
    done = subprocess.run([sys.executable, "-I", "-S", str(verifier), str(path), *options], capture_output=True,
                          check=False, cwd="/", env={})  # fmt: skip
    assert done.stderr == b"", done.stderr.decode()
    return done.returncode, done.stdout.decode()


def leaves_in(data: bytes) -> list[dict[str, Any]]:
    return list(json.loads(files_of(data)["leaves.json"]))


def test_a_bundle_proves_itself_to_a_bare_python(kept: Bundle, tmp_path: Path) -> None:
    inside = tmp_path / "verify_bundle.py"
    inside.write_bytes(files_of(kept.data)["verify_bundle.py"])
    code, said = judged(kept.data, tmp_path, verifier=inside)
    assert (code, said.splitlines()[-1]) == (0, "PASSED 通过"), said
    assert "TEST STORE" in said
    assert "released" in said
    assert "unchanged 未变" in said
    assert "not yet sealed 未封存 0, withheld 未显示 0" in said


def test_it_holds_the_record_both_trails_the_signature_and_the_refusal(kept: Bundle) -> None:
    files = files_of(kept.data)
    record = json.loads(files["record.json"])
    assert [line["class_code"] for line in record["lines"]] == ["14-01", "14-08"]
    assert record["header"]["state"] == "closed"
    tables = [leaf["table"] for leaf in leaves_in(kept.data)]
    assert {name: tables.count(name) for name in set(tables)} == {
        "kernel_act": 4,  # draft, edit, refused, closed
        "kernel_change": 6,  # born, three lines in one; header changed, a line changed, a line deleted; closed
        "kernel_transition": 1,
        "kernel_signature": 1,
        "kernel_refusal": 1,
    }
    assert json.loads(files["manifest.json"])["store"] == "test"
    assert set(files) == {
        "README.zh.txt", "README.en.txt", "verify_bundle.py", "record.json", "content.json", "leaves.json",
        "heads.json", "public_key.txt", "manifest.json", "manifest.sig",
    }  # fmt: skip


def test_the_key_a_reader_trusts_must_be_the_bundles(kept: Bundle, tmp_path: Path) -> None:
    key = signing_key(store_directory())
    assert judged(kept.data, tmp_path, "--key", key.key_id)[0] == 0
    assert judged(kept.data, tmp_path, "--key", key.public.hex())[0] == 0
    code, said = judged(kept.data, tmp_path, "--key", "0123456789abcdef")
    assert code == 1
    assert "public_key.txt: " in said


def test_a_bundle_forged_whole_under_another_key_shows_that_key(kept: Bundle, tmp_path: Path) -> None:
    files = files_of(kept.data)
    forger = Ed25519PrivateKey.generate()
    public = forger.public_key().public_bytes_raw()
    files["public_key.txt"] = public.hex().encode()
    manifest = json.loads(files["manifest.json"])
    manifest["key"] = hashlib.sha256(public).hexdigest()[:16]
    manifest["files"]["public_key.txt"] = hashlib.sha256(files["public_key.txt"]).hexdigest()
    files["manifest.json"] = json.dumps(manifest).encode()
    files["manifest.sig"] = forger.sign(files["manifest.json"]).hex().encode()
    code, said = judged(verify_bundle.pack(files), tmp_path)
    assert code == 1
    assert "heads.json: the head of" in said  # the heads are still under the store's own key


def test_any_altered_byte_is_named(kept: Bundle) -> None:
    """Every byte of the archive in turn would take hours: every structure byte, and bytes of each file."""
    files, place, chosen = files_of(kept.data), 0, set()
    for name, data in files.items():
        start = place + 30 + len(name)
        chosen |= {*range(place, start), start, start + len(data) // 2, start + len(data) - 1}
        place = start + len(data)
    chosen |= set(range(place, len(kept.data)))
    for where in sorted(chosen):
        altered = bytearray(kept.data)
        altered[where] ^= 0x20
        named = verify_bundle.unpack(bytes(altered))[1]  # the archive itself; what it lets pass is for the signatures
        if not named:
            check = verify_bundle.Check(bytes(altered))
            named = check.problems if not check.run() else []
        assert named, where


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_an_altered_byte_of_a_file_is_named_by_its_file(kept: Bundle, data: st.DataObject) -> None:
    files = files_of(kept.data)
    name = data.draw(st.sampled_from(sorted(files)))
    body = bytearray(files[name])
    where = data.draw(st.integers(0, len(body) - 1))
    body[where] ^= data.draw(st.integers(1, 255))
    check = verify_bundle.Check(verify_bundle.pack({**files, name: bytes(body)}))
    assert not check.run()
    assert any(name in problem for problem in check.problems), check.problems


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("kernel_change", "14-08", "14-09"),
        ("kernel_signature", "released", "approved"),
        ("kernel_transition", "close", "approve"),
        ("kernel_act", "李明", "李亮"),
    ],
)
def test_an_insider_with_the_key_still_meets_the_log(
    kept: Bundle, tmp_path: Path, table: str, old: str, new: str
) -> None:
    """The list of files is signed anew after a leaf was rewritten: the head's root betrays it."""
    files = files_of(kept.data)
    leaves = leaves_in(kept.data)
    rewritten = [leaf for leaf in leaves if leaf["table"] == table and old in leaf["text"]]
    for leaf in rewritten:
        leaf["text"] = leaf["text"].replace(old, new)
    assert rewritten
    code, said = judged(signed_anew(files, {"leaves.json": json.dumps(leaves).encode()}), tmp_path)
    assert code == 1
    assert f"{table} {rewritten[0]['id']}: is not in the log" in said


def test_a_record_that_differs_from_its_trail_is_named_with_its_column(kept: Bundle, tmp_path: Path) -> None:
    files = files_of(kept.data)
    record = files["record.json"].replace("江苏省药监局".encode(), "浙江省药监局".encode())
    code, said = judged(signed_anew(files, {"record.json": record}), tmp_path)
    assert code == 1
    assert "record.json: issued_by of" in said


def signed_anew(files: dict[str, bytes], changed: dict[str, bytes]) -> bytes:
    """The bundle with other files under a fresh signature of the store's own key."""
    files = {**files, **changed}
    manifest = json.loads(files["manifest.json"])
    manifest["files"] |= {name: hashlib.sha256(data).hexdigest() for name, data in changed.items()}
    text = json.dumps(manifest)
    files["manifest.json"] = text.encode()
    files["manifest.sig"] = signing_key(store_directory()).sign(text).hex().encode()
    return verify_bundle.pack(files)


def test_rows_not_yet_sealed_are_said_to_be(firm: Firm, database_urls: Urls, tmp_path: Path) -> None:
    paper = firm.paper().document_id
    seal_with(database_urls.seal, store_directory())
    perform(PaperForTests.submit, Command(paper), actor=firm.buyer)
    code, said = judged(bundle_of(firm, paper).data, tmp_path)
    assert code == 0, said
    assert "not yet sealed 未封存 3," in said  # the act, the change, the transition


def test_hidden_fields_travel_as_hashes_and_are_still_proved(firm: Firm, database_urls: Urls, tmp_path: Path) -> None:
    paper = signed_paper(firm)
    seal_with(database_urls.seal, store_directory())
    made = bundle_of(firm, paper, hidden=frozenset({"licence_no"}))
    assert "沪食药监".encode() not in made.data
    assert "content.json" not in files_of(made.data)
    withheld = [leaf for leaf in leaves_in(made.data) if "text" not in leaf]
    assert len(withheld) == 1  # the birth of the header; later images hold changed columns only
    code, said = judged(made.data, tmp_path)
    assert code == 0, said
    assert "withheld 未显示 1" in said


def test_the_proofs_of_a_long_document_read_the_tree_in_blocks(
    firm: Firm, database_urls: Urls, django_assert_max_num_queries: Any, tmp_path: Path
) -> None:
    paper = firm.paper(lines=[{"class_code": "14-01", "description": f"第 {n} 项"} for n in range(300)]).document_id
    lines = [{"id": str(line.pk), "class_code": "14-02"} for line in firm.lines(paper)]
    draft(PaperForTests, DraftCommand(document_id=paper, lines=lines, version=1), actor=firm.buyer)
    for _turn in range(3):
        new_role(firm.company_id)
    seal_with(database_urls.seal, store_directory())
    with acting(firm.company_id), pytest.raises(RuntimeError, match="snapshot"):
        bundle_of(firm, paper)
    with django_assert_max_num_queries(30):
        made = bundle_of(firm, paper)
    assert len(leaves_in(made.data)) > 300
    assert judged(made.data, tmp_path)[0] == 0


# RFC 8032 §7.1: tests 1 to 3
VECTORS = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
]  # fmt: skip


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_signatures_of_the_standard_are_accepted_and_altered_ones_refused(
    public: str, message: str, signature: str
) -> None:
    key, text, mark = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert verify_bundle.is_signed(key, text, mark)
    assert not verify_bundle.is_signed(key, text + b"x", mark)
    assert not verify_bundle.is_signed(key, text, mark[:-1] + bytes([mark[-1] ^ 1]))
    raised = (int.from_bytes(mark[32:], "little") + 2**252 + 27742317777372353535851937790883648493).to_bytes(
        32, "little"
    )
    assert not verify_bundle.is_signed(key, text, mark[:32] + raised)  # RFC 8032 §5.1.7: S below the order


@settings(max_examples=20, deadline=None)
@given(st.binary(max_size=200))
def test_the_verifier_and_the_signer_agree(message: bytes) -> None:
    private = Ed25519PrivateKey.generate()
    assert verify_bundle.is_signed(private.public_key().public_bytes_raw(), message, private.sign(message))


def test_what_is_no_bundle_is_refused_in_words(tmp_path: Path) -> None:
    assert judged(b"PK\x03\x04 nothing of the kind", tmp_path)[0] == 1
    code, said = judged(b"", tmp_path)
    assert code == 1
    assert "manifest.json: missing" in said
