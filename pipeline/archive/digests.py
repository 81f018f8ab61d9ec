"""Digests as WARC headers hold them (ISO 28500, 5.8): `sha1:` and Base32 or hexadecimal digits."""

import base64
import binascii
import hashlib

ALGORITHMS = {"md5": 16, "sha1": 20, "sha256": 32, "sha512": 64}  # with the bytes of a digest


def has_digest(block: bytes, labelled: str) -> bool:
    """Whether a block has the digest; one of an unknown kind, or that cannot be read, proves nothing."""
    label, _, value = labelled.partition(":")
    algorithm = label.strip().lower().replace("-", "")
    wanted = _decoded(value.strip(), ALGORITHMS.get(algorithm, 0))
    return wanted is None or hashlib.new(algorithm, block, usedforsecurity=False).digest() == wanted


def _decoded(value: str, size: int) -> bytes | None:
    """The digest of `size` bytes; None where it is no such one."""
    try:
        if len(value) == 2 * size:
            digest = bytes.fromhex(value)
        else:
            digest = base64.b32decode(value + "=" * (-len(value) % 8), casefold=True)
    except (ValueError, binascii.Error):
        return None
    return digest if size and len(digest) == size else None
