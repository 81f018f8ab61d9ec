"""A file in S3-compatible storage, to be read like one on disk: block by block, never as a whole.

Credentials come as store.py has it; with `FSSPEC_S3_ANON=true` nobody signs.
"""

from typing import TYPE_CHECKING, Any

from pipeline.acquire.seekable import SeekableFile
from pipeline.store import SCHEME, storage

if TYPE_CHECKING:
    from typing_extensions import Buffer

BLOCK = 8 * 1024 * 1024  # bytes a request: a file of CC-NEWS takes 128 of them


class ObjectFile(SeekableFile):
    """The object at an address. Reading raises OSError."""

    def __init__(self, url: str, block: int = BLOCK) -> None:
        super().__init__()
        self._url = url
        self._files, self._errors = storage()
        self._block = block
        self._held = memoryview(b"")
        self._held_at = 0
        self._size: int | None = None

    def end(self) -> int:
        """How many bytes it has."""
        if self._size is None:
            self._size = int(self._asked(self._files.info, self._url)["size"])
        return self._size

    def readinto(self, buffer: "Buffer") -> int:
        """Fill the buffer with what is there of a block, which is asked for if need be; 0 at the end."""
        view = memoryview(buffer)
        if not self._held_at <= self._at < self._held_at + len(self._held):
            if self._at >= self.end():
                return 0
            end = min(self.end(), self._at + self._block)
            found: bytes = self._asked(self._files.cat_file, self._url, start=self._at, end=end)
            if len(found) != end - self._at:
                raise OSError(f"{self._url}: {len(found)} bytes came instead of {end - self._at}")
            self._held, self._held_at = memoryview(found), self._at
        begin = self._at - self._held_at
        piece = self._held[begin : begin + len(view)]
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _asked(self, function: Any, *given: Any, **named: Any) -> Any:
        try:
            return function(*given, **named)
        except FileNotFoundError as error:
            raise OSError(f"{self._url}: no such object") from error
        except self._errors as error:
            raise OSError(f"{self._url}: {error}") from error


def list_objects(url: str) -> list[str]:
    """The addresses of all objects below an address that ends in "/", in the order of their names.

    Raises OSError.
    """
    files, errors = storage()
    try:
        return [f"{SCHEME}{name}" for name in sorted(files.find(url))]
    except errors as error:
        raise OSError(f"{url}: {error}") from error
