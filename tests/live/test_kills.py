"""A watch may be killed anywhere: nothing that a server listed is lost, and nothing is there twice."""

import asyncio
from pathlib import Path

import pytest

from tests.live.kills import killed_watch


@pytest.mark.parametrize(("catalog", "kills"), [("sqlite", 12), ("postgres", 3)])
def test_killed_anywhere_and_started_again(
    request: pytest.FixtureRequest, tmp_path: Path, catalog: str, kills: int
) -> None:
    address = "" if catalog == "sqlite" else str(request.getfixturevalue("postgres_database"))
    assert asyncio.run(killed_watch(tmp_path, address, kills, seed=20260302)) == []
