"""The Ed25519 key of a store that signs heads.

It lies in `<store>/keys/`, outside the database's data directory and outside every dump of it.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from meridian.evidence.secret_files import secret, store_path, write_once

_SIGNING = "seal.ed25519"


__all__ = ["SigningKey", "UnknownKeyError", "id_of", "is_signed_by", "public_key", "signing_key", "store_path"]


class UnknownKeyError(LookupError):
    """A signature names a key this store never had."""


@dataclass(frozen=True)
class SigningKey:
    """The private key in use; its id is the beginning of the SHA-256 of the public key."""

    key_id: str
    public: bytes
    private: Ed25519PrivateKey

    def sign(self, text: str) -> bytes:
        """The Ed25519 signature over the text in UTF-8, 64 bytes."""
        return self.private.sign(text.encode())


def signing_key(store: Path) -> SigningKey:
    """The store's signing key, made at the first use; its public half is kept beside it as `<key id>.pub`."""
    private = Ed25519PrivateKey.from_private_bytes(secret(store, _SIGNING, _new_signing_key))
    public = private.public_key().public_bytes_raw()
    key_id = id_of(public)
    write_once(store / "keys" / f"{key_id}.pub", public.hex().encode())
    return SigningKey(key_id, public, private)


def public_key(store: Path, key_id: str) -> bytes:
    """A public key this store ever signed with; raises UnknownKeyError."""
    path = store / "keys" / f"{key_id}.pub"
    if not key_id.isalnum() or not path.exists():
        raise UnknownKeyError(key_id)
    return bytes.fromhex(path.read_text())


def is_signed_by(public: bytes, text: str, signature: bytes) -> bool:
    """Whether the signature over the text was made with the private half of this key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text.encode())
    except InvalidSignature:
        return False
    return True


def id_of(public: bytes) -> str:
    """The name of a public key: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def _new_signing_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes_raw()
