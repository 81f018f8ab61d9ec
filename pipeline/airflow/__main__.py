"""`make airflow`: an Airflow of this machine, its DAGs on and a sample feed site to poll, until Ctrl-C."""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from pipeline.airflow.home import make_home, make_login, make_pools, migrate
from pipeline.airflow.running import LOOK_SECONDS, require_alive, require_port, running
from pipeline.airflow.setup import ADMIN, LOOPBACK, Setup, environment
from pipeline.airflow.site import serving
from pipeline.errors import NewsflowError, UsageError

TOLD = ("NEWSFLOW_CATALOG", "NEWSFLOW_CONTACT")
FEED = "feed.xml"


def main(words: list[str]) -> int:
    """Run until a signal (0) or until a component ends (2)."""
    signal.signal(signal.SIGTERM, _interrupt)
    args = _arguments(words)
    try:
        _serve(_setup(args), args.site, args.port + 1)
    except NewsflowError as error:
        sys.stderr.write(f"airflow: {error}\n")
        return 2
    except KeyboardInterrupt:
        pass
    return 0


def _serve(setup: Setup, site: Path, site_port: int) -> None:
    remedy = "name another: make airflow AIRFLOW_PORT=8090"
    for port in (setup.port, site_port):
        require_port(port, remedy)
    keys = make_home(setup)
    env = environment(setup, keys, os.environ)
    password = make_login(setup)
    with ExitStack() as stack:
        host = stack.enter_context(serving(site, site_port))
        _say(f"Airflow's folder is {setup.home}; its first start takes about a minute.")
        migrate(env)
        make_pools(env)
        _subscribe(f"http://{host}/{FEED}", env)
        children = stack.enter_context(running(setup, env))
        _say(f"Airflow:     {setup.address}")
        _say(f"Login:       {ADMIN}, password {password or f'in {setup.passwords}'}")
        _say(f"Sample feed: http://{host}/{FEED}, subscribed in {setup.newsflow['NEWSFLOW_DATA']}")
        _say("Its DAGs are on. Ctrl-C ends it, and what is under way.")
        while True:
            require_alive(children)
            time.sleep(LOOK_SECONDS)


def _setup(args: argparse.Namespace) -> Setup:
    data = args.data.absolute()
    told = {name: os.environ[name] for name in TOLD if os.environ.get(name)}
    return Setup(
        home=data / "airflow",
        dags=args.dags.absolute(),
        port=args.port,
        metadata=args.metadata,
        newsflow=told | {"NEWSFLOW_DATA": str(data), "NEWSFLOW_ALLOW": _allowed(args.port + 1)},
    )


def _allowed(site_port: int) -> str:
    """What tasks may ask although it is private: what the caller allows, and the sample site."""
    return f"{os.environ.get('NEWSFLOW_ALLOW', '')} {LOOPBACK}:{site_port}".strip()


def _subscribe(url: str, env: Mapping[str, str]) -> None:
    command = [sys.executable, "-m", "pipeline", "feeds", "add", url]
    done = subprocess.run(command, env=dict(env), capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        raise UsageError(f"newsflow feeds add {url}: {done.stderr.strip()}")


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m pipeline.airflow", description=__doc__)
    parser.add_argument("--port", type=int, default=8080, help="of Airflow; the sample site has the next one")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the data folder of Newsflow")
    parser.add_argument("--dags", type=Path, default=Path("dags"), help="the folder of DAGs")
    parser.add_argument(
        "--site", type=Path, default=Path("sample-site"), help="the folder of the sample site"
    )
    parser.add_argument("--metadata", default="", help="postgresql://user@host/database; else a SQLite file")
    return parser.parse_args(words)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
