"""Tables in S3-compatible storage: DuckDB reads and writes them there itself, with our credentials."""

from urllib.parse import urlsplit

import duckdb

from pipeline.errors import UsageError, WarehouseError

AMAZON = "amazonaws.com"
OPTIONS = ("key_id", "secret", "session_token", "region", "endpoint", "url_style", "use_ssl")


def reach_bucket(connection: duckdb.DuckDBPyConnection) -> None:
    """Tell a connection who we are. Its extension `httpfs` is loaded.

    Credentials that end (of a role) are those of this moment. Raises WarehouseError where there are none.
    """
    given = {name: value for name, value in _secret().items() if value is not None}
    options = ", ".join(f"{name} ${name}" for name in given)
    connection.execute(f"create secret (type s3, {options})", given)


def _secret() -> dict[str, object]:
    """The options of the secret, from the environment as the tools of AWS read it."""
    try:
        from botocore.exceptions import BotoCoreError
        from botocore.session import get_session
    except ModuleNotFoundError as error:
        raise UsageError("tables in S3 need s3fs: pip install 'newsflow[s3]'") from error
    session = get_session()
    try:
        found = session.get_credentials()
        client = session.create_client("s3")
    except BotoCoreError as error:
        raise WarehouseError(f"cannot reach S3: {error}; see AWS_... in the environment") from error
    if found is None:
        raise WarehouseError("no credentials for S3: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    key, endpoint = found.get_frozen_credentials(), urlsplit(client.meta.endpoint_url)
    is_amazon = (endpoint.hostname or "").endswith(AMAZON)
    values = (
        *(key.access_key, key.secret_key, key.token, client.meta.region_name, endpoint.netloc),
        *("vhost" if is_amazon else "path", endpoint.scheme == "https"),
    )
    return dict(zip(OPTIONS, values, strict=True))
