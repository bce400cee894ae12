"""The archive of a backup: what lies in it, how it is written whole or not at all, and how a damaged one is refused."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from meridian.evidence.keys import UnknownKeyError, id_of, is_signed_by, public_key, signing_key
from meridian.kernel.values.canonical import canonical_text

FORMAT = 1
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
DUMP, HEADS, KEYS, ATTACHMENTS = "database.dump", "heads", "keys", "attachments"
_LONGEST_MANIFEST = 256 * 1024 * 1024
_BLOCK = 1024 * 1024


class DamagedBackupError(Exception):
    """The archive is not what was written; the message names the file and what is wrong with it."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. `digest` is the SHA-256 of its text, by which a restore record names it."""

    digest: str
    body: Mapping[str, Any]
    key_id: str
    key_is_known: bool
    """Whether the store that reads it ever signed with this key."""

    @property
    def counts(self) -> Mapping[str, int]:
        """Rows of each table."""
        return dict(self.body["counts"])

    @property
    def heads(self) -> set[tuple[str, int, str]]:
        """The newest head of each log: log, size, root."""
        return {(head["log"], head["size"], head["root"]) for head in self.body["heads"]}

    @property
    def files(self) -> Mapping[str, Mapping[str, Any]]:
        """Every file with its `sha256` and `size`."""
        return dict(self.body["files"])


def write(folder: Path, target: Path, body: Mapping[str, Any], store: Path) -> Manifest:
    """Packs the folder with its signed manifest into `target`, mode 0600; it appears whole or not at all."""
    key = signing_key(store)
    files = {
        path.relative_to(folder).as_posix(): {"sha256": digest_of(path), "size": path.stat().st_size}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    text = canonical_text({**body, "format": FORMAT, "key": key.key_id, "files": files})
    unfinished = target.with_name(f".{target.name}.unfinished")
    with open(unfinished, "wb", opener=_private) as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
            _add(archive, MANIFEST, text.encode())
            _add(archive, SIGNATURE, key.sign(text).hex().encode())
            for name in files:
                archive.add(folder / name, name, recursive=False, filter=_anonymous)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(target)
    return Manifest(hashlib.sha256(text.encode()).hexdigest(), json.loads(text), key.key_id, key_is_known=True)


def read(source: Path, into: Path, store: Path) -> Manifest:
    """Unpacks an archive into an empty directory, checking every byte of it against its signed manifest.

    Raises DamagedBackupError naming what is missing, altered or too much, FileNotFoundError for no archive at all.
    """
    try:
        with tarfile.open(source, "r:") as archive:
            manifest = _manifest(archive, store)
            missing = set(manifest.files)
            for member in archive:
                if member.name in (MANIFEST, SIGNATURE):
                    continue
                _unpack(archive, member, manifest.files, into)
                missing.discard(member.name)
    except (tarfile.TarError, EOFError) as error:
        raise DamagedBackupError(f"{source.name}: not a whole archive ({error})") from None
    if missing:
        raise DamagedBackupError(f"{source.name}: missing {', '.join(sorted(missing)[:20])}")
    _check_key(manifest, into)
    return manifest


def _manifest(archive: tarfile.TarFile, store: Path) -> Manifest:
    text, mark = (_small(archive, name) for name in (MANIFEST, SIGNATURE))
    try:
        body = json.loads(text)
        key_id, own = str(body["key"]), body["files"]
    except (ValueError, KeyError, TypeError):
        raise DamagedBackupError(f"{MANIFEST}: cannot be read") from None
    try:
        signature = bytes.fromhex(mark.decode("ascii"))
    except ValueError:
        raise DamagedBackupError(f"{SIGNATURE}: cannot be read") from None
    name = f"{KEYS}/{key_id}.pub"
    try:
        public, known = public_key(store, key_id), True
    except UnknownKeyError:
        public, known = bytes.fromhex(_small(archive, name).decode("ascii", "replace").strip() or "00"), False
    if name not in own or (not known and id_of(public) != key_id):
        raise DamagedBackupError(f"{name}: is not the key {MANIFEST} names")
    if not is_signed_by(public, text.decode("utf-8", "replace"), signature):
        raise DamagedBackupError(f"{MANIFEST}: altered (its signature {SIGNATURE} does not cover it)")
    if body.get("format") != FORMAT:
        raise DamagedBackupError(f"{MANIFEST}: format {body.get('format')} is not known to this release")
    return Manifest(hashlib.sha256(text).hexdigest(), body, key_id, known)


def _check_key(manifest: Manifest, folder: Path) -> None:
    stored = (folder / KEYS / f"{manifest.key_id}.pub").read_text().strip()
    if id_of(bytes.fromhex(stored)) != manifest.key_id:
        raise DamagedBackupError(f"{KEYS}/{manifest.key_id}.pub: is another key")


def _small(archive: tarfile.TarFile, name: str) -> bytes:
    try:
        member = archive.getmember(name)
    except KeyError:
        raise DamagedBackupError(f"{name}: missing") from None
    file = archive.extractfile(member) if member.isfile() and member.size <= _LONGEST_MANIFEST else None
    if file is None:
        raise DamagedBackupError(f"{name}: is no file of a backup")
    return file.read()


def _unpack(
    archive: tarfile.TarFile, member: tarfile.TarInfo, files: Mapping[str, Mapping[str, Any]], into: Path
) -> None:
    """Writes one file that the manifest lists; never a link, never outside the directory."""
    expected = files.get(member.name)
    parts = PurePosixPath(member.name).parts
    if expected is None or not member.isfile() or ".." in parts or member.name.startswith("/"):
        raise DamagedBackupError(f"{member.name}: was not backed up")
    source = archive.extractfile(member)
    if source is None or member.size != expected["size"]:
        raise DamagedBackupError(f"{member.name}: {member.size} bytes instead of {expected['size']}")
    target = into.joinpath(*parts)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with open(target, "wb", opener=_private) as file:
        while block := source.read(_BLOCK):
            digest.update(block)
            file.write(block)
    if digest.hexdigest() != expected["sha256"]:
        raise DamagedBackupError(f"{member.name}: altered (its SHA-256 is not the one that was written down)")


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(data), 0o600
    archive.addfile(entry, io.BytesIO(data))


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o600
    return entry
