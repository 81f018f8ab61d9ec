"""The locks: hashed, free of addresses, one version of everything, and complete for what the code imports."""

import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from itertools import pairwise

import pytest

from tests.house_rules import CODE, ROOT

LOCKS = ("run", "dev", "scheduler", "airflow")
ENTRY = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z-]+\])?==(\S+)(?: ; (.*?))? \\$", re.M)


def read_lock(name: str) -> str:
    return (ROOT / f"requirements/{name}.txt").read_text()


def pins(name: str) -> set[tuple[str, str, str]]:
    """What a lock pins: name, version, marker."""
    return set(ENTRY.findall(read_lock(name)))


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    lines = [line for line in read_lock(name).splitlines() if not line.lstrip().startswith("#")]
    entries = [line for line in lines if not line.startswith(" ")]
    assert len(entries) == len(pins(name)) > 40
    for entry, following in pairwise(lines):
        if not entry.startswith(" "):
            assert re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?", following), entry


@pytest.mark.parametrize("name", LOCKS)
def test_locks_name_no_address(name: str) -> None:
    lock = read_lock(name)
    assert "://" not in lock
    assert not re.search(r"^\s*(--(?!hash=)|-\w )", lock, re.M)
    assert not re.search(r"\b[\w-]+\.(?:org|com|net|io)\b", lock)


def test_one_environment_can_hold_all() -> None:
    # What one lock needs on some platforms another may need on all: the versions are the same.
    run, dev, scheduler, airflow = ({pin[:2] for pin in pins(name)} for name in LOCKS)
    assert run <= dev <= airflow
    assert run <= scheduler <= airflow


def test_locks_hold_what_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    asked = {
        "run": project["project"]["dependencies"]
        + extras["postgres"]
        + project["dependency-groups"]["build"],
        "dev": extras["dev"],
        "scheduler": extras["airflow"],
        "airflow": extras["airflow"],
    }
    for name, requirements in asked.items():
        names = {re.split(r"[\[=<>~! ]", requirement)[0] for requirement in requirements} - {"newsflow"}
        assert {normal(one) for one in names} <= {pin[0] for pin in pins(name)}


def test_code_imports_what_pyproject_names_and_no_more() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    named = project["dependencies"] + extras["postgres"] + extras["s3"]
    asked = {normal(re.split(r"[\[=<>~! ]", requirement)[0]) for requirement in named}
    imported = {name.split(".")[0] for module in CODE for name in module.imports()}
    known = packages_distributions()
    for_type_checkers = {"typing_extensions"}  # mypy brings it
    within_airflow = {"airflow"}  # tasks.py raises what Airflow does not retry
    third_party = imported - set(sys.stdlib_module_names) - {"pipeline"} - for_type_checkers - within_airflow
    used = {normal(known[name][0]) for name in third_party}
    # Loaded by name (the extensions of DuckDB) or by DuckDB itself (pytz).
    indirect = {one for one in asked if one.startswith("duckdb-extension-")} | {"pytz"}
    assert used - asked == set()
    assert asked - used == indirect
