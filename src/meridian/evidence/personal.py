"""Personal data: a column that holds an HMAC and a ciphertext under the key of the person it is about.

Rows, trail and sealed leaves hold the stored text only. When the person's key is erased after retention, the text can
be read by nobody, while every hash and every proof over it stays valid (个人信息保护法 Art 47).
"""

import base64
import hashlib
import hmac
import os
import time
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.evidence.secret_files import secret, store_path
from meridian.kernel.context import current_company_id
from meridian.kernel.sql import fetch, run
from meridian.kernel.values.identity import uuid7

ERASED = _("（个人信息已删除）")
_PREFIX = "personal1"
_NONCE_BYTES = 12
_KEYS_READ = 1_000
_SECONDS_TO_LIVE = 10.0
_cache: dict[tuple[UUID, UUID], tuple[float, bytes | None]] = {}

_READ = """
SELECT subject_id, wrapped_key FROM kernel_subject_key WHERE company_id = %s
ORDER BY subject_id <> %s, subject_id LIMIT %s
"""
_MAKE = """
INSERT INTO kernel_subject_key (id, company_id, subject_id, wrapped_key) VALUES (%s, %s, %s, %s)
ON CONFLICT (subject_id, company_id) DO NOTHING
"""
_ERASE = """
UPDATE kernel_subject_key SET wrapped_key = NULL, erased_at = kernel_now()
WHERE subject_id = %s AND company_id = %s AND erased_at IS NULL
"""


class PersonalField(models.CharField[str, str]):
    """Text about a person. `subject` names the column whose value is the person's id; `max_length` limits the text.

    Written only by saving an instance: a bulk update of plain text raises TypeError. Not searchable.
    """

    def __init__(self, *args: Any, subject: str = "id", **options: Any) -> None:
        self.subject = subject
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "subject": self.subject}

    def db_type(self, connection: Any) -> str:
        return "text"

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        text = str(getattr(model_instance, self.attname) or "")
        return sealed(getattr(model_instance, self.subject), text)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if value and not is_sealed(value):
            raise TypeError(f"{self.name}: personal data is written by saving the instance it belongs to")
        return super().get_db_prep_save(value, connection)

    def stable_form(self, stored: str) -> str:
        """What a content hash covers: the HMAC, the same for the same text and valid after erasure."""
        return ".".join(stored.split(".")[:3]) if is_sealed(stored) else stored

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else revealed(value)


def sealed(subject_id: UUID, text: str) -> str:
    """The stored form of a text about a person; empty text stays empty. Makes the person's key at the first use."""
    if not text or is_sealed(text):
        return text
    key = _key_for_writing(subject_id)
    nonce = os.urandom(_NONCE_BYTES)
    hidden = nonce + AESGCM(key).encrypt(nonce, text.encode(), subject_id.bytes)
    return ".".join([_PREFIX, subject_id.hex, _encoded(_digest(key, text)), _encoded(hidden)])


def revealed(stored: str) -> str:
    """The text of a stored form, or a placeholder once the person's key is erased; other text as it is."""
    if not is_sealed(stored):
        return stored
    _prefix, subject, _mac, hidden = stored.split(".")
    subject_id, raw = UUID(subject), base64.urlsafe_b64decode(hidden)
    text = _opened(subject_id, raw)
    if text is None and _cache.pop((current_company_id(), subject_id), None) is not None:
        text = _opened(subject_id, raw)  # the key kept here may belong to a write that was rolled back
    return str(ERASED) if text is None else text


def _opened(subject_id: UUID, raw: bytes) -> str | None:
    key = _key_of(subject_id)
    if key is None:
        return None
    try:
        return AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], subject_id.bytes).decode()
    except InvalidTag:
        return None


def is_sealed(text: Any) -> bool:
    """Whether a text is a stored form."""
    return isinstance(text, str) and text.startswith(f"{_PREFIX}.") and text.count(".") == 3


def erase_person(subject_id: UUID) -> bool:
    """Erases the key of a person, inside an act: what was written about them can be read by nobody. False if none."""
    _cache.pop((current_company_id(), subject_id), None)
    return run(_ERASE, [subject_id, current_company_id()]) == 1


def _key_of(subject_id: UUID) -> bytes | None:
    company_id, now = current_company_id(), time.monotonic()
    known = _cache.get((company_id, subject_id))
    if known is None or now - known[0] > _SECONDS_TO_LIVE:
        _cache.clear()  # a list of a thousand persons reads their keys in one statement
        for subject, wrapped in fetch(_READ, [company_id, subject_id, _KEYS_READ]):
            _cache[company_id, subject] = (now, None if wrapped is None else _unwrapped(subject, bytes(wrapped)))
        known = _cache.get((company_id, subject_id))
    return known[1] if known else None


def _key_for_writing(subject_id: UUID) -> bytes:
    """The person's key as the database has it now, made if there is none; never one remembered from elsewhere."""
    key = AESGCM.generate_key(256)
    nonce = os.urandom(_NONCE_BYTES)
    wrapped = nonce + AESGCM(_master()).encrypt(nonce, key, subject_id.bytes)
    run(_MAKE, [uuid7(), current_company_id(), subject_id, wrapped])
    _cache.pop((current_company_id(), subject_id), None)
    stored = _key_of(subject_id)
    if stored is None:
        raise LookupError("the key of this person was erased: nothing more is written about them under it")
    return stored


def _unwrapped(subject_id: UUID, wrapped: bytes) -> bytes | None:
    try:
        return AESGCM(_master()).decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], subject_id.bytes)
    except InvalidTag:
        return None


def _master() -> bytes:
    return secret(store_path(), "personal.master", lambda: os.urandom(32))


def _digest(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()
