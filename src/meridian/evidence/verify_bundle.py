"""Checks an evidence bundle of Meridian with nothing but Python 3: python3 verify_bundle.py BUNDLE.zip [--key HEX]

0: every byte is as exported and every sealed row is proved. 1: what is wrong, named. 2: it cannot be read.
Compare the key it prints with the key the company published, or give that one with --key.
"""

import hashlib
import io
import json
import struct
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

FORMAT = 1
MANIFEST, SIGNATURE, KEY = "manifest.json", "manifest.sig", "public_key.txt"
RECORD, CONTENT, LEAVES, HEADS = "record.json", "content.json", "leaves.json", "heads.json"
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")

# --- Ed25519 (RFC 8032), verification only -------------------------------------------------------------------------

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]


def _add(a: _Point, b: _Point) -> _Point:
    e = (a[1] - a[0]) * (b[1] - b[0]) % _P
    f = (a[1] + a[0]) * (b[1] + b[0]) % _P
    g = 2 * a[3] * b[3] * _D % _P
    h = 2 * a[2] * b[2] % _P
    i, j, k, m = f - e, h - g, h + g, f + e
    return i * j % _P, k * m % _P, j * k % _P, i * m % _P


def _times(scalar: int, point: _Point) -> _Point:
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _x_of(y: int, sign: int) -> int | None:
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    return _P - x if x & 1 != sign else x


def _point(text: bytes) -> _Point | None:
    y = int.from_bytes(text, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    x = _x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % _P)


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the Ed25519 signature over the message was made with the private half of this key."""
    base = _point((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))
    if len(public) != 32 or len(signature) != 64 or base is None:
        return False
    key, commitment = _point(public), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or scalar >= _ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    left = _times(scalar, base)
    right = _add(commitment, _times(int.from_bytes(digest, "little") % _ORDER, key))
    return not ((left[0] * right[2] - right[0] * left[2]) % _P or (left[1] * right[2] - right[1] * left[2]) % _P)


# --- the Merkle tree (RFC 9162 §2.1.3.2) ----------------------------------------------------------------------------


def root_of(text: bytes, position: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a leaf's text and its path lead to; None for a path of the wrong length."""
    return root_of_hash(hashlib.sha256(b"\x00" + text).digest(), position, size, path)


def root_of_hash(node: bytes, position: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The same from a leaf's hash."""
    place, last = position, size - 1
    if not 0 <= place <= last:
        return None
    for sibling in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            node = hashlib.sha256(b"\x01" + sibling + node).digest()
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\x01" + node + sibling).digest()
        place, last = place >> 1, last >> 1
    return node if last == 0 else None


# --- the archive: one way to write it, so that every byte of it is accounted for ---------------------------------


def pack(files: Mapping[str, bytes]) -> bytes:
    """The archive of these files: stored, in this order, without times of its own. Names are ASCII."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, data)
    return target.getvalue()


def unpack(archive: bytes) -> tuple[dict[str, bytes], list[str]]:
    """The files, read from front to back, and what of the archive itself is damaged."""
    files: dict[str, bytes] = {}
    place, last = 0, "the beginning"
    while archive[place : place + 4] == b"PK\x03\x04":
        head = archive[place : place + _LOCAL_HEADER.size]
        if len(head) < _LOCAL_HEADER.size:
            break
        *_rest, size, name_length, extra = _LOCAL_HEADER.unpack(head)
        start = place + _LOCAL_HEADER.size
        name = archive[start : start + name_length].decode("ascii", "replace")
        data = archive[start + name_length + extra : start + name_length + extra + size]
        if len(data) != size or name in files:
            return files, [f"archive: the header of {name} (byte {place}) is damaged"]
        files[name] = data
        place, last = start + name_length + extra + size, name
    if archive[place : place + 4] != b"PK\x01\x02":
        return files, [f"archive: damaged after {last} (byte {place})"]
    packed = pack(files)
    if packed == archive:
        return files, []
    where = next((n for n, (a, b) in enumerate(zip(packed, archive, strict=False)) if a != b), len(packed))
    return files, [f"archive: {_region(files, where)} (byte {where}) is not as written"]


def _region(files: Mapping[str, bytes], where: int) -> str:
    place = 0
    for name, data in files.items():
        place += _LOCAL_HEADER.size + len(name) + len(data)
        if where < place:
            return f"the header of {name}"
    return "the directory at its end"


# --- what the bundle says ------------------------------------------------------------------------------------------


class Check:
    """One bundle under examination: problems are collected, not thrown, so that all of them are named."""

    def __init__(self, archive: bytes, trusted_key: str = "") -> None:
        self.files, self.problems = unpack(archive)
        self.said: list[str] = []
        self.trusted_key = trusted_key
        self.manifest: dict[str, Any] = {}
        self.public = b""

    def run(self) -> bool:
        """Whether everything holds."""
        try:
            if self._manifest():
                self._files()
                self._rows()
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            self.problems.append(f"a file lacks what it must hold ({type(error).__name__}: {error})")
        return not self.problems

    def _manifest(self) -> bool:
        """The list of files and its signature; without them nothing else means anything."""
        missing = [name for name in (MANIFEST, SIGNATURE, KEY) if name not in self.files]
        if missing:
            self.problems += [f"{name}: missing" for name in missing]
            return False
        try:
            self.manifest = json.loads(self.files[MANIFEST])
            signature = bytes.fromhex(self.files[SIGNATURE].decode("ascii"))
        except ValueError:
            self.problems.append(f"{MANIFEST} or {SIGNATURE}: cannot be read")
            return False
        try:
            self.public = bytes.fromhex(self.files[KEY].decode("ascii"))
        except ValueError:
            self.problems.append(f"{KEY}: cannot be read")
            return False
        key_id = hashlib.sha256(self.public).hexdigest()[:16]
        if self.manifest.get("key") != key_id:
            self.problems.append(f"{KEY}: is not the key {self.manifest.get('key')} that {MANIFEST} names")
        if self.trusted_key and self.trusted_key.lower() not in (key_id, self.public.hex()):
            self.problems.append(f"{KEY}: {key_id} is not the key you trust")
        if not is_signed(self.public, self.files[MANIFEST], signature):
            self.problems.append(f"{MANIFEST} / {SIGNATURE}: the signature does not cover the list of files")
        return True

    def _files(self) -> None:
        listed = self.manifest["files"]
        for name, expected in listed.items():
            data = self.files.get(name)
            if data is None:
                self.problems.append(f"{name}: missing")
            elif hashlib.sha256(data).hexdigest() != expected:
                self.problems.append(f"{name}: altered")
        for name in self.files:
            if name not in listed and name not in (MANIFEST, SIGNATURE):
                self.problems.append(f"{name}: was not exported")

    def _rows(self) -> None:
        heads = {head["log"]: head for head in self._heads()}
        rows: list[dict[str, Any]] = []
        waiting = withheld = 0
        for leaf in json.loads(self.files[LEAVES]):
            text = leaf.get("text")
            if leaf["position"] is None:
                waiting += 1
            else:
                self._prove(leaf, heads)
            if text is None:
                withheld += 1
            else:
                rows.append(json.loads(text, parse_float=Decimal, parse_int=Decimal))
        record = json.loads(self.files[RECORD], parse_float=Decimal, parse_int=Decimal)
        self._compare(record, rows, withheld)
        self._tell(record, rows, heads, waiting, withheld)

    def _heads(self) -> Iterator[dict[str, Any]]:
        for head in json.loads(self.files[HEADS]):
            told = json.loads(head["text"])
            if not is_signed(self._key(told["key"]), head["text"].encode(), bytes.fromhex(head["signature"])):
                self.problems.append(f"{HEADS}: the head of {told['size']} leaves is not signed by key {told['key']}")
            if told["store"] != self.manifest["store"]:
                self.problems.append(
                    f"{HEADS}: sealed in a {told['store']} store, exported as {self.manifest['store']}"
                )
            yield told

    def _key(self, key_id: str) -> bytes:
        """The key of this id: the store's present one, or an earlier one that the bundle brings along."""
        if key_id == self.manifest["key"]:
            return self.public
        earlier = bytes.fromhex(self.files.get(f"key_{key_id}.txt", b"").decode("ascii", "replace"))
        return earlier if hashlib.sha256(earlier).hexdigest()[:16] == key_id else b""

    def _prove(self, leaf: Mapping[str, Any], heads: Mapping[str, Mapping[str, Any]]) -> None:
        name = f"{LEAVES}: {leaf['table']} {leaf['id']}"
        head = heads.get(leaf["log"])
        if head is None:
            self.problems.append(f"{name}: no head of its log is here")
            return
        path = [bytes.fromhex(node) for node in leaf["path"]]
        if leaf.get("text") is None:
            root = root_of_hash(bytes.fromhex(leaf["hash"]), leaf["position"], head["size"], path)
        else:
            root = root_of(leaf["text"].encode(), leaf["position"], head["size"], path)
            row = json.loads(leaf["text"])
            if (row["table"], row["row"]["id"]) != (leaf["table"], leaf["id"]):
                self.problems.append(f"{name}: the text is of another row")
        if root is None or root.hex() != head["root"]:
            self.problems.append(f"{name}: is not in the log under the signed head of {head['size']} leaves")

    def _compare(self, record: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], withheld: int) -> None:
        """Header and lines against what their change trail adds up to; state against the last transition."""
        if withheld:
            return
        images = merged(row["row"] for row in rows if row["table"] == "kernel_change")
        for row in [record["header"], *record["lines"]]:
            image = images.get(row["id"])
            if image is None:
                self.problems.append(f"{RECORD}: {row['id']} has no trail")
                continue
            wrong = sorted(name for name, value in image.items() if name in row and row[name] != value)
            if wrong:
                self.problems.append(f"{RECORD}: {', '.join(wrong)} of {row['id']} differ from the change trail")
        for file in record["attachments"]:
            image = images.get(file["id"], {})
            if any(image.get(name) != file[name] for name in ("name", "size", "sha256")):
                self.problems.append(f"{RECORD}: the attachment {file['name']} is not as its trail says")
        moves = sorted((row["row"] for row in rows if row["table"] == "kernel_transition"), key=lambda move: move["id"])
        if moves and moves[-1]["to_state"] != record["header"]["state"]:
            self.problems.append(f"{RECORD}: the state differs from the last transition")

    def _tell(
        self,
        record: Mapping[str, Any],
        rows: Sequence[Mapping[str, Any]],
        heads: Mapping[str, Mapping[str, Any]],
        waiting: int,
        withheld: int,
    ) -> None:
        say = self.said.append
        if self.manifest["store"] != "normal":
            say(f"*** {self.manifest['store'].upper()} STORE, simulated clock · 演示或测试数据，时钟为模拟 ***")
        say(f"{record['type']} {record['header']['number']} · {record['header']['state']}")
        say(f"exported 导出 {self.manifest['exported_at']} by {self.manifest['exported_by']}")
        say(f"key 公钥 {self.manifest['key']} ({self.public.hex()})")
        for file in record["attachments"]:
            state = " · withdrawn 已撤回" if file["is_withdrawn"] else ""
            say(f"attachment 附件 {file['name']} · {file['size']} bytes · sha256 {file['sha256']}{state}")
        for head in heads.values():
            say(f"head 树头 {head['size']} leaves, {head['at']}, root {head['root']}")
        say(f"rows 证据行 {len(rows) + withheld}, not yet sealed 未封存 {waiting}, withheld 未显示 {withheld}")
        content = self.files.get(CONTENT)
        shown = hashlib.sha256(content).hexdigest() if content is not None else None
        for row in (row["row"] for row in rows if row["table"] == "kernel_signature"):
            same = "?" if shown is None else "unchanged 未变" if row["content_hash"] == shown else "CHANGED SINCE 已变"
            say(f"signed 签名 {row['signer_name']} · {row['meaning']} · {row['at']} · {same}")


def merged(changes: Any) -> dict[str, dict[str, Any]]:
    """What the change trail last said of each row that still stands, by the row's id."""
    images: dict[str, dict[str, Any]] = {}
    for change in sorted(changes, key=lambda row: row["id"]):
        new = change.get("new")
        if change["operation"] == "delete":
            images.pop(change["row_id"], None)
        elif isinstance(new, list):
            images.update({image["id"]: dict(image) for image in new})
        else:
            images.setdefault(change["row_id"], {}).update(new or {})
    return images


def main(arguments: Sequence[str]) -> int:
    """Reads one bundle, says what it is, and names everything that does not hold."""
    words = list(arguments)
    key = ""
    if "--key" in words:
        place = words.index("--key")
        key = "".join(words[place + 1 : place + 2])
        del words[place : place + 2]
    if len(words) != 1:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    try:
        with open(words[0], "rb") as file:
            check = Check(file.read(), key)
    except OSError as error:
        sys.stderr.write(f"{words[0]}: {error.strerror}\n")
        return 2
    passed = check.run()
    verdict = "PASSED 通过" if passed else f"FAILED 未通过: {len(check.problems)}"
    text = "\n".join([*check.said, *(f"!! {problem}" for problem in check.problems), verdict])
    sys.stdout.buffer.write(f"{text}\n".encode())
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
