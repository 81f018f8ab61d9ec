"""The SQL files: found in the checkout (`sql/`) or in the installed package (`pipeline/_sql/`)."""

from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent.parent


@cache
def sql_folder() -> Path:
    """The folder of SQL files."""
    installed = PACKAGE / "_sql"
    return installed if installed.is_dir() else PACKAGE.parent / "sql"


def read_sql(name: str) -> str:
    """The text of one SQL file, named by its path below the folder: `load/10_fresh.sql`."""
    return (sql_folder() / name).read_text(encoding="utf-8")


def list_sql(topic: str) -> list[str]:
    """The names of a topic's files in their order."""
    return [f"{topic}/{path.name}" for path in sorted((sql_folder() / topic).glob("*.sql"))]
