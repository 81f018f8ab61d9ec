"""Catalogs: where DuckLake keeps its list of tables and files, and how DuckDB is told of it.

sqlite:PATH                       one machine (the default, PATH = DATA/catalog.sqlite)
postgresql://user@host/database   a team; passwords by the environment or a .pgpass file
postgres:host=... dbname=...      the same as a libpq connection string
"""

from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import UsageError


@dataclass(frozen=True, slots=True)
class SqliteCatalog:
    """A catalog in a SQLite file."""

    path: Path

    @property
    def address(self) -> str:
        """What DuckLake attaches."""
        return f"ducklake:sqlite:{self.path}"


@dataclass(frozen=True, slots=True)
class PostgresCatalog:
    """A catalog in a PostgreSQL database; `connection` is a libpq connection string or URI."""

    connection: str

    @property
    def address(self) -> str:
        """What DuckLake attaches."""
        return f"ducklake:postgres:{self.connection}"


Catalog = SqliteCatalog | PostgresCatalog


def parse_catalog(text: str) -> Catalog:
    """The catalog that a setting names. Raises UsageError for anything else."""
    kind, _, rest = text.partition(":")
    if kind == "sqlite" and rest:
        return SqliteCatalog(Path(rest).expanduser().absolute())
    if kind == "postgres" and rest and not rest.startswith("//"):
        return PostgresCatalog(rest)
    if kind in ("postgresql", "postgres") and rest.startswith("//"):
        return PostgresCatalog(text)
    raise UsageError(
        f"unknown catalog {text!r}: use sqlite:PATH, postgresql://user@host/database or "
        "postgres:host=... dbname=..."
    )
