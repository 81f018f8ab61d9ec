"""`newsflow divide`: what a backfill would read, in lists for several of them side by side."""

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from pipeline.cli.archives import Base, Sources, archives_of, is_elsewhere, reaching
from pipeline.cli.options import DEFAULT_DATA, Allow, Contact, settings
from pipeline.cli.wanted import CapturedFrom, CapturedUntil, period_of, wanted_of

EXAMPLES = """
Four processes over one folder, each with its lists:

newsflow divide crawls/ --into lists/ --lists 4

ls lists/*.paths | xargs --max-procs 4 --max-args 1 newsflow backfill --workers 1
"""
Into = Annotated[
    str,
    typer.Option("--into", metavar="DIR", help="The folder for the lists, or s3://bucket/folder."),
]
Lists = Annotated[int, typer.Option("--lists", min=1, metavar="N", help="As many lists at most.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EXAMPLES)(divide)


def divide(
    sources: Sources,
    into: Into,
    lists: Lists = 8,
    captured_from: CapturedFrom = None,
    captured_until: CapturedUntil = None,
    base: Base = None,
    contact: Contact = "",
    allow: Allow = None,
) -> None:
    """List the parts of archives in files of about the same size, for backfills side by side.

    Prints {"sources"}: the files written, and lists of addresses (wayback:SITE and the like), which are one
    part whatever they hold. Each is a source of `newsflow backfill`.
    """
    from pipeline.acquire.list_schemes import is_list
    from pipeline.archive.divided import divide as divided

    wanted = wanted_of(period_of(captured_from, captured_until, ""), period_of(None, None, ""), (), (), ())
    chosen = reaching(settings(DEFAULT_DATA, None), contact, allow, None, None)
    archives = archives_of(sources, chosen, wanted, base)
    whole = [one for one in archives.sources if is_list(one)]
    files = [_absolute(one) for one in archives.sources if not is_list(one)]
    written = _written(into, divided(replace(archives, sources=files).parts(), lists))
    typer.echo(json.dumps({"sources": [*written, *whole]}))


def _written(into: str, lists: list[list[str]]) -> list[str]:
    """Where each list is, in a folder or in S3 storage."""
    from pipeline.archive.divided import write_lists
    from pipeline.store import SCHEME, Bucket

    if not into.startswith(SCHEME):
        return list(map(str, write_lists(Path(into).absolute(), lists)))
    with TemporaryDirectory() as folder:
        files = write_lists(Path(folder), lists)
        for file in files:
            Bucket(into.rstrip("/")).put(file, file.name)
    return [f"{into.rstrip('/')}/{file.name}" for file in files]


def _absolute(source: str) -> str:
    """A path as every process finds it; what is elsewhere as it is."""
    return source if is_elsewhere(source) else str(Path(source).absolute())
