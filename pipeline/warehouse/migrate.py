"""Migrations: `sql/schema/NNN_*.sql` in order, each once; then `sql/views`, when a view changed."""

import hashlib

import duckdb

from pipeline.errors import SchemaTooNewError
from pipeline.warehouse.sql_files import list_sql, read_sql

VERSIONS = """
create table if not exists schema_versions (
    version integer not null, views_digest varchar not null, applied_at timestamptz not null
)
"""


def migrate(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring the schema in use up to date, in one transaction. The caller holds the writer's lock.

    Raises SchemaTooNewError where a newer Newsflow has been here.
    """
    version, digest = current_version(connection)
    if (version, digest) == (newest_version(), views_digest()):
        return
    require_known(version)
    connection.execute("begin")
    connection.execute(VERSIONS)
    for name in list_sql("schema"):
        if _number(name) > version:
            connection.execute(read_sql(name))
    for name in list_sql("views"):
        connection.execute(read_sql(name))
    connection.execute("insert into schema_versions values (?, ?, now())", [newest_version(), views_digest()])
    connection.execute("commit")


def current_version(connection: duckdb.DuckDBPyConnection) -> tuple[int, str]:
    """The version of the schema in use and the digest of its views; (0, "") for an empty one.

    A table that is not in the schema in use would be looked up in the catalog's main schema, so it is asked
    for by its full name.
    """
    place = connection.execute(
        """
        select database_name || '.' || schema_name from duckdb_tables()
        where
            database_name = current_database() and schema_name = current_schema()
            and table_name = 'schema_versions'
        """
    ).fetchone()
    if place is None:
        return 0, ""
    row = connection.execute(
        f"""
        select version, views_digest from {place[0]}.schema_versions
        order by version desc, applied_at desc limit 1
        """
    ).fetchone()
    return (row[0], row[1]) if row else (0, "")


def newest_version() -> int:
    """The version that this Newsflow writes."""
    return max(_number(name) for name in list_sql("schema"))


def require_known(version: int) -> None:
    """Raise SchemaTooNewError where `version` is newer than this Newsflow."""
    if version > newest_version():
        raise SchemaTooNewError(
            f"the warehouse has schema version {version}, this Newsflow knows {newest_version()}: "
            "upgrade newsflow"
        )


def views_digest() -> str:
    """A digest of all view files."""
    text = "\n".join(read_sql(name) for name in list_sql("views"))
    return hashlib.sha256(text.encode()).hexdigest()


def _number(name: str) -> int:
    return int(name.rpartition("/")[2].partition("_")[0])
