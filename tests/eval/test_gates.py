"""The gates hold figures to their floors: a low, a missing or an unmeasurable one fails the run."""

from pathlib import Path

import pytest

from tests.eval import gates
from tests.eval.gates import ATTEMPTS, FLOORS, Gate, main, measure, measure_paced, read_gates, shortfalls
from tests.eval.yardstick import pace

GATE = Gate("x", (), {"f1": 0.9}, {"poor": 3})


@pytest.mark.parametrize(
    ("figures", "short"),
    [
        ({"f1": 0.9, "poor": 3}, []),
        ({"f1": 0.899, "poor": 3}, ["f1 0.899 < 0.9"]),
        ({"f1": 0.95, "poor": 4}, ["poor 4 > 3"]),
        ({}, ["f1 None < 0.9", "poor None > 3"]),
        ({"f1": float("nan"), "poor": 0}, ["f1 nan < 0.9"]),
    ],
)
def test_shortfalls(figures: dict[str, float], short: list[str]) -> None:
    assert shortfalls(GATE, figures) == short


def test_the_floors_of_extraction_are_those_agreed() -> None:
    found = {gate.name: gate for gate in read_gates(FLOORS)}["extraction"]
    agreed = {"text_f1": 0.952, "title": 0.83, "date": 0.975, "authors": 0.83}
    assert all(found.at_least[name] >= floor for name, floor in agreed.items())
    assert found.at_most["poor"] <= 3


def test_every_gate_holds_something_and_names_a_script() -> None:
    for gate in read_gates(FLOORS):
        assert gate.at_least or gate.at_most
        assert gate.run[0].endswith(".py")
        if gate.run[0].startswith("{root}"):
            assert Path(gate.run[0].replace("{root}", str(gates.ROOT))).is_file()


def script(folder: Path, text: str) -> Gate:
    (folder / "script.py").write_text(text)
    return Gate("made", ("{data}/script.py",), {"f1": 0.9})


def test_figures_are_the_last_line_of_json(tmp_path: Path) -> None:
    gate = script(tmp_path, 'print("{}\\nworking\\n{\\"f1\\": 0.95}\\ndone")')
    assert measure(gate, tmp_path) == {"f1": 0.95}


@pytest.mark.parametrize("text", ["raise SystemExit(3)", "print('no figures')"])
def test_a_script_without_figures_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(RuntimeError, match=r"script\.py ended with"):
        measure(script(tmp_path, text), tmp_path)


@pytest.mark.parametrize(
    ("figure", "code", "verdict"),
    [
        ("0.95", 0, "1 of 1 gates hold"),
        ("0.5", 1, "falls short: f1 0.5 < 0.9"),
        ("x", 1, "made                   failed"),
    ],
)
def test_the_run_ends_with_what_was_held(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    figure: str,
    code: int,
    verdict: str,
) -> None:
    gate = script(tmp_path, f"print('{{\"f1\": ' + str({figure}) + '}}')")
    monkeypatch.setattr(gates, "read_gates", lambda _: [gate])
    assert main([str(tmp_path)]) == code
    assert verdict in capsys.readouterr().out


def timed(folder: Path, text: str) -> Gate:
    (folder / "script.py").write_text(text)
    return Gate("timed", ("{data}/script.py",), {"pages_per_cpu_second": 100})


def test_a_figure_per_cpu_second_is_that_of_the_reference_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = timed(tmp_path, """print('{"pages_per_cpu_second": 60, "f1": 0.9}')""")
    paces = iter((0.4, 0.6))
    monkeypatch.setattr(gates, "pace", lambda: next(paces))
    assert measure_paced(gate, tmp_path) == {"pages_per_cpu_second": 120, "f1": 0.9, "pace": 0.5}


def test_a_figure_of_time_that_falls_short_is_measured_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = """
from pathlib import Path
runs = Path(__file__).with_name("runs")
number = int(runs.read_text()) + 1 if runs.exists() else 1
runs.write_text(str(number))
print('{"pages_per_cpu_second": %d}' % (LEAST * number))
"""
    monkeypatch.setattr(gates, "pace", lambda: 1.0)
    gate = timed(tmp_path, text.replace("LEAST", "50"))
    assert gates.check(gate, tmp_path)
    assert "pages_per_cpu_second 50.0 < 100" in capsys.readouterr().out
    (tmp_path / "runs").unlink()
    assert not gates.check(timed(tmp_path, text.replace("LEAST", "10")), tmp_path)
    assert (tmp_path / "runs").read_text() == str(ATTEMPTS)


def test_the_pace_is_that_of_the_cpu() -> None:
    assert 0.05 < pace() < 20


def test_a_missing_folder_or_an_unknown_name_holds_nothing(tmp_path: Path) -> None:
    assert main([str(tmp_path / "nothing")]) == 2
    assert main([str(tmp_path), "no gate has this name"]) == 1
