"""Files as they come and as they are kept: names made harmless, kinds known by content, content named by its hash.

An archive is a file like any other here: nothing is ever unpacked.
"""

import hashlib
import os
import tempfile
import unicodedata
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from meridian.kernel.findings import Refused, faulty, refusal
from meridian.kernel.messages import listed, message

LONGEST_NAME = 120
FORM_ROOM = 64 * 1024
"""What a form may send besides the file."""

_ZIP, _OLE = (b"PK\x03\x04",), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_STARTS: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "gif": (b"GIF87a", b"GIF89a"),
    "webp": (b"RIFF",),
    "tif": (b"II*\x00", b"MM\x00*"),
    "tiff": (b"II*\x00", b"MM\x00*"),
    "zip": _ZIP,
    "docx": _ZIP,
    "xlsx": _ZIP,
    "pptx": _ZIP,
    "ofd": _ZIP,
    "doc": _OLE,
    "xls": _OLE,
    "ppt": _OLE,
}
"""Kinds that are taken, by extension, with what their content begins with."""
_TEXT = frozenset({"txt", "csv", "tsv", "xml", "json"})
_ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True)
class Upload:
    """A file that passed: a harmless name, its content, the SHA-256 of the content."""

    name: str
    content: bytes
    sha256: str


class LimitedUpload(FileUploadHandler):
    """Stops reading a form that is longer than any file may be, before the file is read."""

    def handle_raw_input(
        self, input_data: Any, META: dict[str, str], content_length: int, boundary: Any, encoding: Any = None  # noqa: N803
    ) -> None:  # fmt: skip
        """Remembers how long the request says it is."""
        self.is_too_long = content_length > settings.ATTACHMENT_LIMIT_BYTES + FORM_ROOM

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Ends the reading at the first file of such a form."""
        super().new_file(*args, **kwargs)
        if self.is_too_long:
            raise StopUpload(connection_reset=True)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Leaves the content to the handlers that follow."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leaves the file to the handlers that follow."""


def require_short(request: HttpRequest) -> None:
    """Refuses a request whose declared length is beyond any file (413), before it is read."""
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not length.isdecimal() or int(length) > settings.ATTACHMENT_LIMIT_BYTES + FORM_ROOM:
        raise _too_large()


def checked(file: UploadedFile[Any] | None) -> Upload:
    """The file, if it may be kept; raises Refused 413 `attachment_too_large`, 422 `attachment_…` otherwise."""
    if file is None:
        raise faulty("attachment_missing", message("请选择要添加的文件。"), "file")
    if (file.size or 0) > settings.ATTACHMENT_LIMIT_BYTES:
        raise _too_large()
    name = harmless_name(file.name or "")
    content: bytes = file.read()
    if not content:
        raise faulty("attachment_empty", message("文件 {name} 是空的。", name=name), "file")
    require_kind(name, content)
    return Upload(name, content, hashlib.sha256(content).hexdigest())


def harmless_name(name: str) -> str:
    """The last part of a path, without control and direction characters, at most 120 characters with its extension.

    Raises Refused 422 `attachment_name_invalid` when nothing readable is left.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(character for character in last if unicodedata.category(character)[0] != "C")
    shown = " ".join(shown.split()).strip(" .")
    stem, dot, extension = shown.rpartition(".")
    if not (stem.strip(" .") and dot and extension):
        raise faulty("attachment_name_invalid", message("文件名须为“名称.扩展名”。"), "file")
    return f"{stem[: LONGEST_NAME - len(extension) - 1].rstrip(' .')}.{extension.lower()}"


def require_kind(name: str, content: bytes) -> None:
    """Refuses kinds that are not taken, and content that is not what the extension says (422)."""
    extension = name.rpartition(".")[2]
    if extension in _STARTS:
        is_so = content.startswith(_STARTS[extension]) and (extension != "webp" or content[8:12] == b"WEBP")
    elif extension in _TEXT:
        is_so = _is_text(content)
    else:
        known = listed(sorted({*_STARTS, *_TEXT}))
        evidence = message("不接受 {extension} 文件；可添加：{known}。", extension=extension, known=known)
        raise faulty("attachment_kind_refused", evidence, "file")
    if not is_so:
        raise faulty("attachment_kind_differs", message("{name} 的内容与扩展名不符。", name=name), "file")


def _is_text(content: bytes) -> bool:
    """Whether the bytes are text without a NUL in an encoding in use here; UTF-16 is known by its mark."""
    for encoding in ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return "\x00" not in text
    return False


def path_of(sha256: str) -> Path:
    """Where content lies in the configured store."""
    return Path(settings.STORE) / "attachments" / sha256[:2] / sha256


def keep(upload: Upload) -> None:
    """Writes the content under its hash, whole or not at all; content that is there already stays."""
    path = path_of(upload.sha256)
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)  # made 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(upload.content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def content_of(sha256: str) -> bytes:
    """The content under this hash, verified; raises Refused 409 `attachment_damaged` when it is gone or altered."""
    path = path_of(sha256)
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != sha256:
        evidence = message("存储中的文件与登记的摘要不符；请联系系统管理员从备份恢复。")
        raise refusal("attachment_damaged", HTTPStatus.CONFLICT, evidence, owner="system_admin")
    return content


def _too_large() -> Refused:
    limit = settings.ATTACHMENT_LIMIT_BYTES // (1024 * 1024)
    return refusal("attachment_too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                   message("文件超过 {limit} MB。", limit=limit), field_name="file")  # fmt: skip
