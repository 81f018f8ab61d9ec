"""Addresses with secrets: hidden where others look, whole where they are asked for."""

import stat
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipeline.acquire.secrets import Secrets

PRIVATE = "https://user:pass@news.example/feed?token=0123abc&page=2"


def test_what_is_hidden_can_be_revealed_also_by_another_run(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path / "secrets.jsonl")
    stored = secrets.hide(PRIVATE)
    assert not any(word in stored for word in ("user", "pass@", "0123abc"))
    assert stored.startswith("https://news.example/feed?token=REDACTED&page=2#")
    assert secrets.reveal(stored) == PRIVATE
    secrets.save()
    assert Secrets(tmp_path / "secrets.jsonl").reveal(stored) == PRIVATE


def test_two_secrets_are_two_addresses(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path / "secrets.jsonl")
    assert secrets.hide("https://news.example/?key=a") != secrets.hide("https://news.example/?key=b")


def test_what_another_process_adds_is_found(tmp_path: Path) -> None:
    running, command = Secrets(tmp_path / "secrets.jsonl"), Secrets(tmp_path / "secrets.jsonl")
    stored = command.hide(PRIVATE)
    assert running.reveal(stored) == stored
    command.save()
    assert running.reveal(stored) == PRIVATE


def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path / "data" / "secrets.jsonl")
    secrets.hide(PRIVATE)
    secrets.save()
    assert stat.S_IMODE((tmp_path / "data" / "secrets.jsonl").stat().st_mode) == 0o600


def test_without_secrets_there_is_no_file(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path / "secrets.jsonl")
    assert secrets.hide("https://news.example/a?page=2#top") == "https://news.example/a?page=2"
    secrets.save()
    assert list(tmp_path.iterdir()) == []


def test_a_line_cut_by_a_power_loss_costs_itself_only(tmp_path: Path) -> None:
    path = tmp_path / "secrets.jsonl"
    secrets = Secrets(path)
    stored = secrets.hide(PRIVATE)
    secrets.save()
    with path.open("a") as file:
        file.write('["https://news.example/?key=RED')
    again = Secrets(path)
    assert again.reveal(stored) == PRIVATE
    other = again.hide("https://news.example/?key=c")
    again.save()
    assert Secrets(path).reveal(other) == "https://news.example/?key=c"


@given(st.text(max_size=40), st.text(max_size=20))
def test_hiding_is_stable_on_any_address(path: str, value: str) -> None:
    secrets = Secrets(Path("/nonexistent/secrets.jsonl"))
    stored = secrets.hide(f"https://news.example/{path}?token={value}")
    assert secrets.hide(f"https://news.example/{path}?token={value}") == stored
    assert len(stored.splitlines()) == 1
