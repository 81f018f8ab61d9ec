"""What an Airflow in containers needs before its components start: `python -m pipeline.airflow.prepare`.

The bucket of the store, where NEWSFLOW_STORE names one, the metadata's database, its tables, the pools of the
DAGs, and the one login, whose password comes from NEWSFLOW_ADMIN_PASSWORD. All of it may be run again.
"""

import os
import sys
import time
from pathlib import Path

import psycopg
from psycopg import sql

from pipeline.airflow.home import make_pools, migrate, write_login
from pipeline.errors import NewsflowError, UsageError, WarehouseError
from pipeline.store import SETTING, Bucket, check_store

METADATA, PASSWORDS = (
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
    "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE",
)
PASSWORD = "NEWSFLOW_ADMIN_PASSWORD"  # noqa: S105 - the name of the variable
WAIT_SECONDS = 60.0
DRIVER = "postgresql+psycopg://"


def main() -> int:
    """Prepare it, with exit code 0; 2 and a line on standard error where something is wrong."""
    try:
        prepare()
    except (NewsflowError, psycopg.Error, OSError) as error:
        sys.stderr.write(f"prepare: {error}\n")
        return 2
    return 0


def prepare() -> None:
    """Raises UsageError for what the environment lacks, WarehouseError and psycopg.Error without servers."""
    if address := check_store(os.environ.get(SETTING, "")):
        make_bucket(Bucket(address))
    create_database(_named(METADATA))
    migrate(os.environ)
    make_pools(os.environ)
    write_login(Path(_named(PASSWORDS)), _named(PASSWORD))


def make_bucket(bucket: Bucket) -> None:
    """Make the bucket; its server may be starting as well. Raises WarehouseError."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            bucket.make()
        except WarehouseError:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)
        else:
            return


def create_database(address: str) -> None:
    """Create the database of an address of Airflow's where the server has none of the name yet."""
    server, _, name = address.replace(DRIVER, "postgresql://").rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        found = connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
        if found is None:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))


def _named(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise UsageError(f"{name} is not set; docker-compose.yml says what it is")
    return value


if __name__ == "__main__":
    sys.exit(main())
