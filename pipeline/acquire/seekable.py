"""A file that lies elsewhere and is read from any place on; what it is read from, its heirs know."""

import io
from abc import abstractmethod


class SeekableFile(io.RawIOBase):
    """A place in a file, and going to another. (A base class, because that is how `io` is extended.)"""

    def __init__(self) -> None:
        self._at = 0  # where the next byte comes from

    @abstractmethod
    def end(self) -> int:
        """How many bytes the file has."""

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """The place of the next byte."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; nothing is asked for before it is read from."""
        if whence == io.SEEK_END:
            offset += self.end()
        elif whence == io.SEEK_CUR:
            offset += self._at
        self._at = max(0, offset)
        return self._at
