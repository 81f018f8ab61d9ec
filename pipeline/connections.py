"""Airflow's connections as the environment of a command, so that secrets can lie where Airflow keeps its own.

NEWSFLOW_CATALOG_CONNECTION=ID   one of the type Postgres: says NEWSFLOW_CATALOG and PGPASSWORD
NEWSFLOW_STORE_CONNECTION=ID     one of the type Amazon Web Services: says AWS_ACCESS_KEY_ID and
                                 AWS_SECRET_ACCESS_KEY; what its extra may say is in OF_EXTRA

Without them, all of it comes from the environment of the workers.
"""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from airflow.sdk import Connection

CATALOG, STORE = "NEWSFLOW_CATALOG_CONNECTION", "NEWSFLOW_STORE_CONNECTION"
OF_EXTRA = {
    "store": "NEWSFLOW_STORE",
    "endpoint_url": "AWS_ENDPOINT_URL",
    "region_name": "AWS_DEFAULT_REGION",
    "aws_session_token": "AWS_SESSION_TOKEN",
}


def environment_of_connections(given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What the connections that are named say. Raises UsageError for one that Airflow does not know."""
    told: dict[str, str] = {}
    if name := given.get(CATALOG):
        told |= catalog_of(_connection(name, CATALOG))
    if name := given.get(STORE):
        told |= store_of(_connection(name, STORE))
    return told


def catalog_of(found: "Connection") -> dict[str, str]:
    """The catalog of a connection to PostgreSQL; its password stands apart, so that no address shows it."""
    port = f":{found.port}" if found.port else ""
    user = quote(found.login or "", safe="")
    address = f"postgresql://{user}@{found.host or 'localhost'}{port}/{quote(found.schema or '', safe='')}"
    return {"NEWSFLOW_CATALOG": address} | ({"PGPASSWORD": found.password} if found.password else {})


def store_of(found: "Connection") -> dict[str, str]:
    """The store of a connection to S3-compatible storage; without a login the machine's own role signs."""
    extra = found.extra_dejson
    told = {name: str(extra[key]) for key, name in OF_EXTRA.items() if extra.get(key)}
    if found.login and found.password:
        told |= {"AWS_ACCESS_KEY_ID": found.login, "AWS_SECRET_ACCESS_KEY": found.password}
    return told


def _connection(name: str, variable: str) -> "Connection":
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        found: Connection = Connection.get(name)
    except AirflowNotFoundException as error:
        raise UsageError(f"{variable}={name}: add a connection of that name in Airflow") from error
    return found
