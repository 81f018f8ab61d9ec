"""The eight days of `week.py`, lived once for all tests that look at them."""

import pytest

from tests.live.week import Week, run_week


@pytest.fixture(scope="session")
def week(tmp_path_factory: pytest.TempPathFactory) -> Week:
    return run_week(tmp_path_factory.mktemp("week") / "data")
