"""docker-compose.yml as processes on this machine: its commands and environment, other places."""

import re
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import ROOT

SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")
SECRETS = {
    name: secrets.token_urlsafe(64)
    for name in (
        *("POSTGRES_PASSWORD", "REDIS_PASSWORD", "AWS_SECRET_ACCESS_KEY"),
        *("AIRFLOW_SECRET_KEY", "AIRFLOW_JWT_SECRET"),
    )
}


@dataclass(frozen=True)
class Places:
    """Where things are on this machine: addresses of servers, a port for Airflow, a folder."""

    postgres: str  # HOST:PORT
    storage: str  # of S3, likewise
    metadata: str  # the name of a database
    catalog: str
    redis_port: int
    port: int
    folder: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    def here(self, text: str) -> str:
        """A value of the file with this machine's places."""
        text = filled(text, self.variables)
        for there, here in {
            "postgres:5432/airflow": f"{self.postgres}/{self.metadata}",
            "postgres:5432/newsflow": f"{self.postgres}/{self.catalog}",
            "storage:8333": self.storage,
            "redis:6379": f"127.0.0.1:{self.redis_port}",
            "api-server:8080": f"127.0.0.1:{self.port}",
            "127.0.0.1:8080": f"127.0.0.1:{self.port}",
            "/opt/newsflow/dags": str(ROOT / "dags"),
        }.items():
            text = text.replace(there, here)
        return re.sub(r"^/(data|airflow)(?=/|$)", rf"{self.folder}/\1", text)

    def environment(self, service: str) -> dict[str, str]:
        """What a service is told."""
        return {name: self.here(str(value)) for name, value in SERVICES[service]["environment"].items()}

    def command(self, service: str) -> list[str]:
        """What a service runs."""
        words = [filled(word, self.variables) for word in SERVICES[service]["command"]]
        if service == "api-server":
            assert words[-4:] == ["--host", "0.0.0.0", "--port", "8080"]
            words[-4:] = ["--host", "127.0.0.1", "--port", str(self.port)]
        entry = SERVICES[service].get("entrypoint", [])
        return [*(sys.executable if word == "python" else word for word in entry), *words]


def check_of(service: str) -> list[str]:
    """What tells whether a service is well, as a command."""
    kind, *words = SERVICES[service]["healthcheck"]["test"]
    if kind == "CMD-SHELL":
        return ["sh", "-c", words[0].replace("$$", "$").replace("python ", f"{sys.executable} ")]
    return [sys.executable if word == "python" else word for word in words]


def filled(text: str, variables: Mapping[str, str]) -> str:
    """A value with its variables filled in, as Compose does. Raises LookupError for one that is required."""

    def value(found: re.Match[str]) -> str:
        name, kind, rest = found.groups()
        if variables.get(name):
            return variables[name]
        if kind == "-":
            return str(rest)
        raise LookupError(f"{name}: {rest}")

    return VARIABLE.sub(value, text).replace("$$", "$")
