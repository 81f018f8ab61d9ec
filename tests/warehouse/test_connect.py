"""A connection trusts the extensions that come with it, and no others."""

from importlib.resources import files
from pathlib import Path

import duckdb
import pytest

from pipeline.settings import settings_for
from pipeline.warehouse.connect import connect


@pytest.fixture
def altered(tmp_path: Path) -> Path:
    """An extension that the connection does not bring; as DuckDB signed it, but for its last byte."""
    (signed,) = Path(str(files("duckdb_extension_postgres_scanner"))).rglob("*.duckdb_extension")
    content = bytearray(signed.read_bytes())
    content[-1] ^= 1
    copy = tmp_path / "postgres_scanner.duckdb_extension"
    copy.write_bytes(content)
    return copy


@pytest.mark.parametrize("read_only", [False, True])
def test_what_is_loaded_later_needs_a_signature(tmp_path: Path, altered: Path, read_only: bool) -> None:
    with connect(settings_for(tmp_path)):
        pass
    with connect(settings_for(tmp_path), read_only=read_only) as connection:
        with pytest.raises(duckdb.IOException, match="signature is either missing or invalid"):
            connection.execute(f"load '{altered}'")
        with pytest.raises(duckdb.InvalidInputException, match="Cannot change allow_unsigned_extensions"):
            connection.execute("set allow_unsigned_extensions = true")
