"""`newsflow watch`: subscribed feeds polled, their pages fetched and loaded, for as long as it runs."""

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.options import DEFAULT_DATA, Allow, Catalog, Contact, Data, Workers, messages, settings
from pipeline.cli.watch_logs import LogForm
from pipeline.errors import NewsflowError, UsageError
from pipeline.settings import Settings
from pipeline.store import SETTING

if TYPE_CHECKING:
    from pipeline.batch import Run
    from pipeline.cli.watch_loop import Shown
    from pipeline.gauges import Gauges

EXIT_FAILED, EXIT_ERROR = 1, 2
NO_CONTACT = "publishers cannot reach you: give a page or mail address with --contact"
EXAMPLES = """
Examples:

newsflow watch --contact https://my.example/bot

newsflow watch --once --data /srv/news

newsflow watch --metrics 9464 --log json 2>> watch.jsonl
"""
Once = Annotated[bool, typer.Option("--once", help="End when nothing is due any more; for cron.")]
Metrics = Annotated[
    str | None,
    typer.Option(
        "--metrics",
        metavar="[HOST:]PORT",
        help="Serve /metrics (Prometheus) and /healthz there; without HOST on loopback only.",
    ),
]
Log = Annotated[
    LogForm | None,
    typer.Option(
        "--log",
        help="Events on standard error. \\[default: json; on a terminal none, but a panel]",
        show_default=False,
    ),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Exit with 1 if a feed failed or an item was rejected.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report at the end as JSON.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EXAMPLES)(watch)


def watch(
    data: Data = DEFAULT_DATA,
    catalog: Catalog = None,
    workers: Workers = None,
    contact: Contact = "",
    allow: Allow = None,
    once: Once = False,
    metrics: Metrics = None,
    log: Log = None,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Poll the subscribed feeds, fetch their pages and load them, until Ctrl-C or SIGTERM.

    Both end it well, with exit code 0: what is under way is captured and loaded first. A second Ctrl-C
    ends it at once, and loses nothing either. Subscriptions may be changed while it runs.
    """
    from pipeline.cli.watch_logs import handler_for, logging_to
    from pipeline.cli.watch_report import failed, print_json, print_report
    from pipeline.warehouse.lock import watch_lock

    chosen = configured(settings(data, catalog, workers), contact, allow)
    on_terminal = messages().is_terminal
    form = log or (LogForm.NONE if on_terminal else LogForm.JSON)
    handler = handler_for(form)
    shown = showing(form, metrics, handler)
    require_own_captures(chosen)
    require_feeds(chosen)
    require_no_manifests(chosen)
    began = time.monotonic()
    with watch_lock(chosen), logging_to(handler), errors_logged(form):
        gauges, tables = run_to_its_end(chosen, shown, once=once)
    seconds = time.monotonic() - began
    if as_json:
        print_json(gauges, seconds)
    elif once or on_terminal:
        print_report(gauges, tables, chosen.data, seconds)
    if strict and failed(gauges):
        raise typer.Exit(EXIT_FAILED)


def configured(chosen: Settings, contact: str, allow: list[str] | None) -> Settings:
    """The settings with what the options say of the network. Raises UsageError where that is wrong."""
    from pipeline.acquire.guard import allow_list

    network = replace(chosen.network, contact=contact, allow=tuple(allow or ()))
    allow_list(network)  # before any process is started
    return replace(chosen, network=network)


def showing(form: LogForm, metrics: str | None, handler: logging.Handler) -> "Shown":
    """How this watch shows itself: lines where lines are wanted, else a panel where there is a terminal."""
    from pipeline.cli.watch_http import parse_endpoint
    from pipeline.cli.watch_logs import Latest, log
    from pipeline.cli.watch_loop import Shown

    console = messages()

    def say(level: int, event: str, sentence: str) -> None:
        if form is LogForm.NONE:
            console.print(f"newsflow: {sentence}", markup=False)
        else:
            log.log(level, event, extra={"fields": {"message": sentence}})

    panel = console if form is LogForm.NONE and console.is_terminal else None
    latest = handler if isinstance(handler, Latest) else None
    return Shown(say, panel, latest, parse_endpoint(metrics) if metrics else None)


@contextmanager
def errors_logged(form: LogForm) -> Iterator[None]:
    """An error that ends a running watch stands in its log, where it has one, as its last event."""
    from pipeline.cli.watch_logs import log

    try:
        yield
    except NewsflowError as error:
        if form is LogForm.NONE:
            raise
        log.error("failed", extra={"fields": {"error": str(error)}})
        raise typer.Exit(EXIT_ERROR) from error


def require_feeds(chosen: Settings) -> None:
    """Raise UsageError where no feed is subscribed; nothing is made on disk to find that out."""
    from pipeline.warehouse.query import count_feeds

    if not count_feeds(chosen):
        raise UsageError(
            f"no feed is subscribed in {chosen.data}: "
            "`newsflow feeds add URL` or `newsflow feeds import feeds.opml` first"
        )


def require_own_captures(chosen: Settings) -> None:
    """Raise UsageError where captures are objects in a store: those of a watch are files that grow."""
    if chosen.store:
        raise UsageError(
            f"a watch cannot keep its captures in {chosen.store}: take {SETTING} away, or go in rounds "
            "(newsflow round, the DAG poll_feeds)"
        )


def require_no_manifests(chosen: Settings) -> None:
    """Raise UsageError where rounds have captured what the tables do not know yet: it would come twice."""
    from pipeline.rounds.manifests import list_waiting

    if names := list_waiting(chosen):
        raise UsageError(
            f"{len(names):,} manifests of rounds wait in {chosen.data}: examine and load them first "
            "(newsflow round waiting)"
        )


def run_to_its_end(chosen: Settings, shown: "Shown", *, once: bool) -> "tuple[Gauges, dict[str, int]]":
    """Watch until the end; the gauges then, and the rows of each table."""
    from pipeline.batch import Hooks
    from pipeline.cli.running import opened
    from pipeline.warehouse.query import count_tables

    def on_wait() -> None:
        shown.say(logging.INFO, "waiting", "another writer is loading; waiting for it ...")

    if not chosen.network.contact.strip():
        shown.say(logging.WARNING, "no_contact", NO_CONTACT)
    with opened(chosen, Hooks(on_wait=on_wait)) as run:
        gauges = asyncio.run(attended(run, shown, once=once))
        return gauges, count_tables(run.connection)


async def attended(run: "Run", shown: "Shown", *, once: bool) -> "Gauges":
    """The stream with connections open and everything around it."""
    from pipeline.acquire.fetch import Fetcher
    from pipeline.cli.watch_loop import Attendance
    from pipeline.stream import Stream

    async with Fetcher(run.settings.network) as fetcher:
        stream = Stream(run, fetcher)
        await Attendance(stream, shown, run.settings).work(once=once)
        return stream.gauges
