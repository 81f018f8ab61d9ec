"""The wheel is complete: installed alone, away from the checkout, it ingests and answers."""

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.house_rules import ROOT

PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT], check=True
    )
    return next(folder.glob("newsflow-*.whl"))


def test_wheel_holds_all_code_and_data(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    here = [
        path for path in (ROOT / "pipeline").rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    expected = {path.relative_to(ROOT).as_posix() for path in here}
    sql = (ROOT / "sql").rglob("*.sql")
    expected |= {f"pipeline/_sql/{path.relative_to(ROOT / 'sql').as_posix()}" for path in sql}
    assert {name for name in names if ".dist-info/" not in name} == expected
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_installed_wheel_works_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    python = venv / "bin/python"
    subprocess.run([*PIP, "--python", python, "install", "--no-deps", "--no-index", wheel], check=True)
    # The dependencies come from the running environment: named in a .pth file, it brings no package of ours.
    packages = next((venv / "lib").glob("python*/site-packages"))
    (packages / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"])

    def run(program: str, *args: str | Path) -> str:
        env = {"PATH": "/usr/bin", "HOME": str(tmp_path)}
        command = [venv / "bin" / program, *args]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert run("python", "-c", "import pipeline; print(pipeline.__file__)").startswith(str(packages))
    assert run("newsflow", "--version") == "newsflow 0.1.0\n"
    run("newsflow", "ingest", ROOT / "sample", "--workers", "1")
    counted = "select count(*), count(distinct story_id) from articles"
    assert run("newsflow", "sql", "--format", "csv", counted).splitlines()[1] == "5,3"
    run("newsflow", "check")
