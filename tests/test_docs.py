"""The documentation is true: generated pages are fresh, shown output is real, and nothing is left out."""

import ast
import importlib.util
import re
import subprocess
import tomllib
from pathlib import Path
from types import ModuleType

import click
import pytest
from typer.main import get_command

import pipeline
from pipeline.cli.app import app
from pipeline.cli.watch_health import TOO_LONG
from pipeline.cli.watch_loop import STATUS_SECONDS
from pipeline.settings import Limits, Live, settings_for
from tests.house_rules import ROOT, reading_list

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted(path for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def generator(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / f"docs/{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def commands() -> dict[str, click.Command]:
    group = get_command(app)
    return dict(getattr(group, "commands", {}))


def fenced(page: str) -> list[str]:
    return re.findall(r"^```\w*\n(.*?)^```", page, re.M | re.S)


@pytest.mark.parametrize("name", ["tables", "cli"])
def test_generated_pages_are_fresh(name: str) -> None:
    page = (ROOT / f"docs/{name}.md").read_text(encoding="utf-8")
    assert page == generator(f"generate_{name}").render(), "run `make docs`"


def test_output_in_the_pages_is_what_the_commands_print() -> None:
    shown = generator("generate_readme")
    for name, example in shown.PAGES.items():
        page = (ROOT / name).read_text(encoding="utf-8")
        assert shown.render(page, example) == page, f"{name}: run `make docs`"


def test_output_that_is_not_real_is_noticed() -> None:
    page = "```console\n$ newsflow --version\nnewsflow 9.9\n```\n"
    assert generator("generate_readme").render(page) == page.replace("9.9", pipeline.__version__)


def test_every_table_and_column_says_what_it_means() -> None:
    tables = generator("generate_tables").read_tables()
    assert {"articles", "quotes", "stories"} <= {table.name for table in tables}
    assert [table.name for table in tables if not table.grain.endswith(".")] == []
    silent = [f"{t.name}.{c.name}" for t in tables for c in t.columns if not c.meaning.endswith((".", ")"))]
    assert silent == []


def test_a_silent_column_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = generator("generate_tables")
    files = {
        "schema/001.sql": "create table t (a integer);",
        "views/v.sql": "-- V.\ncreate view v as\nselect a from t;",
    }
    monkeypatch.setattr(tables, "list_sql", lambda topic: [name for name in files if name.startswith(topic)])
    monkeypatch.setattr(tables, "read_sql", files.__getitem__)
    monkeypatch.setattr(tables, "run_file", lambda connection, name: connection.execute(files[name]))
    assert [column.meaning for table in tables.read_tables() for column in table.columns] == ["", ""]


@pytest.mark.parametrize("name", commands())
def test_every_command_and_option_is_explained(name: str) -> None:
    command = commands()[name]
    assert f"| `newsflow {name}` |" in README
    assert command.help
    for parameter in command.params:
        assert getattr(parameter, "help", None), parameter.name


def test_readme_names_no_command_that_is_not_there() -> None:
    text = "\n".join(fenced(README)) + "\n".join(re.findall(r"`([^`\n]+)`", README))
    assert set(re.findall(r"newsflow ([a-z][a-z-]+)\b(?!\.)", text)) <= set(commands())


def test_every_setting_is_in_the_readme() -> None:
    nested = [getattr(one, "commands", {"": one}).values() for one in commands().values()]
    leaves = [one for group in nested for one in group]
    read = {str(one.envvar) for command in leaves for one in command.params if one.envvar}
    assert read == set(re.findall(r"^\| `(NEWSFLOW_[A-Z_]+)` \|", README, re.M))


def test_readme_lists_the_files_in_the_order_of_the_package() -> None:
    docstring = (
        ast.get_docstring(ast.parse((ROOT / "pipeline/__init__.py").read_text(encoding="utf-8"))) or ""
    )
    rows = re.findall(r"^ *(\d+\. )+(\S+\.py) +(.*)$", docstring, re.M)
    assert len(rows) == len(reading_list(docstring)) > 8
    shown = re.findall(r"^(\d+\. )\[(\S+\.py)\]\(pipeline/\2\): (.*)$", README, re.M)
    assert shown == rows


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_decisions_say_what_violates_them() -> None:
    decisions = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [path.name[:4] for path in decisions] == [
        f"{number:04}" for number in range(1, len(decisions) + 1)
    ]
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]}: ")
        assert text.rstrip().rpartition("\n\n")[2].startswith("A change violates this when"), path.name


def test_operations_give_the_limits_of_the_code(tmp_path: Path) -> None:
    limits = Limits()
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    table = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", page.partition("## Limits")[2], re.M))
    assert table["one payload, decoded"] == f"{limits.payload_bytes >> 20} MiB"
    assert table["one item in a worker"] == f"{limits.item_seconds:g} s"
    assert table["address space of a worker"] == f"{limits.worker_bytes >> 30} GiB"
    assert table["one batch"] == f"{limits.batch_items:,} items or {limits.batch_bytes >> 20} MiB"
    assert table["waiting for the lock"] == f"{settings_for(tmp_path).lock_seconds:g} s"


def test_operations_give_the_times_of_a_watch() -> None:
    live, page = Live(), (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert f"merge the files every {Limits().tidy_loads} loads" in page
    assert live.look_seconds == 10
    assert "looks for changes every ten seconds" in page
    assert f"for more than {TOO_LONG // 60} minutes" in page
    assert (STATUS_SECONDS, live.file_bytes) == (60, 1 << 30)
    assert "| `status` | each minute |" in page
    assert "a new one each day and GiB" in page


def test_operations_list_the_metrics_of_the_code() -> None:
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert page.count("| `newsflow_") > 10
    assert generator("generate_operations").render(page) == page, "run `make docs`"


def test_one_version_everywhere() -> None:
    version = pipeline.__version__
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == version
    released = re.findall(r"^## \[(\d[^\]]*)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert released[0] == version
    assert f"image: newsflow-airflow:{version}\n" in (ROOT / "docker-compose.yml").read_text(encoding="utf-8")


def test_make_help_explains_every_target_that_people_call() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    named = dict(re.findall(r"^  make (\w+) +(\S.*)$", shown, re.M))
    assert {"setup", "run", "airflow", "test", "lint", "docs", "lock", "clean", "help"} == set(named)
    for name in set(re.findall(r"\bmake ([a-z]+)\b(?=`| |$|\n)", "\n".join(fenced(README)))):
        assert name in named
