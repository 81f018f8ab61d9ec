"""What processes are and listen on. One that ends meanwhile has no command line and listens on nothing."""

from collections.abc import Iterable

import psutil


def command_line(pid: int) -> str:
    """What a process was started with."""
    try:
        return " ".join(psutil.Process(pid).cmdline())
    except psutil.NoSuchProcess:
        return ""


def listening(pids: Iterable[int]) -> set[str]:
    """The addresses on which these processes wait for connections."""
    return {address for pid in pids for address in _listening(pid)}


def _listening(pid: int) -> set[str]:
    try:
        sockets = psutil.Process(pid).net_connections("inet")
    except psutil.NoSuchProcess:
        return set()
    return {one.laddr.ip for one in sockets if one.status == psutil.CONN_LISTEN}
