"""Ids and hashes: the same document gets the same ones on every machine."""

from uuid import UUID, uuid5

import xxhash

# uuid5(NAMESPACE_URL, "newsflow:article"); changing it changes every id in every warehouse.
NAMESPACE = UUID("e2821d4b-5da5-502e-b476-1618691f9f86")


def article_id(url_key: str | None, title: str | None, text: str) -> UUID:
    """The id of an article: by its URL key, or by its content where it has no URL.

    The two kinds cannot meet: a URL key holds no line break.
    """
    return uuid5(NAMESPACE, url_key if url_key else f"content\n{folded(title or '')}\n{folded(text)}")


def content_hash(title: str | None, text: str) -> str:
    """128 bits of xxh3 over title and text, in hex: whether a known URL shows new content."""
    return xxhash.xxh3_128_hexdigest(f"{title or ''}\n\n{text}".encode())


def folded(text: str) -> str:
    """The text without differences in case and white space."""
    return " ".join(text.casefold().split())
