"""Write docs/cli.md from the commands' own help: `make docs`. A test fails when the page is stale."""

import re
from pathlib import Path

import typer
from typer.cli import get_docs_for_click
from typer.main import get_command

from pipeline.cli.app import app

PAGE = Path(__file__).parent / "cli.md"
NOTE = (
    "<!-- Written by docs/generate_cli.py (`make docs`) from the help of the commands; do not edit. -->\n\n"
)


def render() -> str:
    """The page: the command, then each of its commands."""
    command = get_command(app)
    context = typer.Context(command, info_name="newsflow")
    text = get_docs_for_click(obj=command, ctx=context, name="newsflow").replace(r"\[", "[")
    text = re.sub(r"^(?=(?:newsflow|zcat|echo) )", "    ", text, flags=re.M)  # examples, as code
    return NOTE + re.sub(r"\n{3,}", "\n\n", _whole_sentences(text)).strip() + "\n"


def _whole_sentences(text: str) -> str:
    """The list of commands at the top with the first sentence of each section, instead of a piece of it."""
    sections = re.findall(r"^## `newsflow (\S+)`\n\n(.*?)\n\n", text, re.M | re.S)
    for name, described in sections:
        first = re.split(r"(?<=[.:])\s", " ".join(described.split()))[0]
        entry = f"* [`{name}`](#newsflow-{name}): {first.rstrip(':.')}."
        text = re.sub(rf"^\* `{name}`: .*$", entry.replace("\\", r"\\"), text, count=1, flags=re.M)
    return text


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
