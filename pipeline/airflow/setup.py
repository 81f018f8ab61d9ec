"""What an Airflow of one machine is to be, and the environment that tells its components so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

LOOPBACK = "127.0.0.1"
ADMIN = "admin"
SQLITE_TASKS, POSTGRES_TASKS = 2, 4  # at once: SQLite has one writer, and each task reports to it
# Of the caller's own settings for Airflow, those that the DAGs read; all others come from here alone.
KEPT = ("AIRFLOW__NEWSFLOW__", "AIRFLOW__SMTP__", "AIRFLOW_CONN_", "AIRFLOW_VAR_")


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets of one Airflow. `jwt` is 64 bytes or more: shorter ones are no keys for its HS512."""

    jwt: str
    session: str
    fernet: str


@dataclass(frozen=True, slots=True)
class Setup:
    """One Airflow: its folder, where its DAGs are, its port on loopback and what its tasks are told.

    `metadata` is the address of a PostgreSQL database (`postgresql://...`), or empty for a SQLite file in
    `home`. `newsflow` are the NEWSFLOW_* variables of tasks; `further` are settings of Airflow that come on
    top, by the names of their variables. `tasks` is how many run at once; 0 is what the metadata can bear.
    """

    home: Path
    dags: Path
    port: int
    metadata: str = ""
    executor: str = "LocalExecutor"
    tasks: int = 0
    newsflow: Mapping[str, str] = field(default_factory=dict)
    further: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where its pages and its REST interface are."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def passwords(self) -> Path:
        """The file of names and passwords that its login reads."""
        return self.home / "passwords.json"

    @property
    def logs(self) -> Path:
        """The folder of what the components say; tasks have theirs in `tasks` below it."""
        return self.home / "logs"


def environment(setup: Setup, keys: Keys, inherited: Mapping[str, str]) -> dict[str, str]:
    """The environment of every component, task and command of this Airflow."""
    kept = {
        name: value
        for name, value in inherited.items()
        if not name.startswith(("AIRFLOW", "NEWSFLOW_")) or name.startswith(KEPT)
    }
    named = {
        f"AIRFLOW__{section.upper()}__{name.upper()}": value
        for section, values in _sections(setup, keys).items()
        for name, value in values.items()
    }
    home = {"AIRFLOW_HOME": str(setup.home), "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}
    return kept | home | named | dict(setup.newsflow) | dict(setup.further)


def _sections(setup: Setup, keys: Keys) -> dict[str, dict[str, str]]:
    """Settings by the sections of Airflow's configuration."""
    return {
        "core": {
            "dags_folder": str(setup.dags),
            "load_examples": "False",
            "executor": setup.executor,
            "parallelism": str(setup.tasks or (POSTGRES_TASKS if setup.metadata else SQLITE_TASKS)),
            "dags_are_paused_at_creation": "False",
            "fernet_key": keys.fernet,
            "simple_auth_manager_users": f"{ADMIN}:admin",
            "simple_auth_manager_passwords_file": str(setup.passwords),
            "execution_api_server_url": f"{setup.address}/execution/",
            # Asks no name server for the name of this machine.
            "hostname_callable": "socket.gethostname",
        },
        "api": {
            "host": LOOPBACK,
            "port": str(setup.port),
            "base_url": setup.address,
            "workers": "1",
            "secret_key": keys.session,
        },
        "api_auth": {"jwt_secret": keys.jwt},
        "database": _database(setup),
        "logging": {"base_log_folder": str(setup.logs / "tasks"), "colored_console_log": "False"},
        # The default of 5 s is short where two cores start four components and tasks.
        "workers": {"execution_api_timeout": "30"},
        "dag_processor": {"min_file_process_interval": "30", "refresh_interval": "30"},
    }


def _database(setup: Setup) -> dict[str, str]:
    """The addresses of the metadata; psycopg speaks to PostgreSQL both ways."""
    if not setup.metadata:
        return {"sql_alchemy_conn": f"sqlite:///{setup.home / 'airflow.db'}"}
    _, _, rest = setup.metadata.partition("://")
    return dict.fromkeys(("sql_alchemy_conn", "sql_alchemy_conn_async"), f"postgresql+psycopg://{rest}")
