"""A stream that tells how many bytes were read from it."""

import io
from collections.abc import Callable
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer


class CountedStream(io.RawIOBase):
    """Another stream's bytes, counted. (A base class, because that is how `io` is extended.)"""

    def __init__(self, stream: IO[bytes], on_bytes: Callable[[int], None]) -> None:
        self._stream = stream
        self._on_bytes = on_bytes

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """Where the other one is."""
        return self._stream.seekable()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        return self._stream.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        """The next bytes; fewer only where the other stream gives fewer."""
        piece = self._stream.read(size)
        self._on_bytes(len(piece))
        return piece

    def readinto(self, buffer: "Buffer") -> int:
        """Fill the buffer with what is next."""
        view = memoryview(buffer)
        piece = self.read(len(view))
        view[: len(piece)] = piece
        return len(piece)
