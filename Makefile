# Newsflow. `make help` says what there is; CONTRIBUTING.md says how it is meant.
# Needs Python 3.11 or newer, make and git; everything else goes into .venv, from hashed locks.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NEWSFLOW ?= $(BIN)/newsflow
DATA ?= data
AIRFLOW_PORT ?= 8080
AIRFLOW_DATABASE ?=
PYTEST_ARGS ?=
TEST_PROCESSES ?= 2
UV_VERSION := 0.13.9

PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
CODE := $(wildcard pipeline dags tests benchmarks docs)

.DEFAULT_GOAL := help
.PHONY: help setup run airflow sample test lint docs lock clean require-python require-servers

help:  ## show this
	@sed -nE 's/^([a-z]+):.*  ## (.*)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

setup: $(VENV)/.run  ## make .venv with the newsflow command (.venv/bin/newsflow)

run: setup sample  ## set up, ingest the shipped sample into data/ and show what came out

# exec: a signal to make's shell is one to the program.
airflow: $(VENV)/.airflow  ## start Airflow with the DAGs on and a sample feed to poll (AIRFLOW_PORT=8080)
	@exec $(BIN)/python -m pipeline.airflow --port $(AIRFLOW_PORT) --data $(DATA) \
		--metadata "$(AIRFLOW_DATABASE)"

test: $(VENV)/.airflow $(VENV)/.feeds require-servers  ## set everything up and run all tests (PYTEST_ARGS=... chooses)
ifeq ($(PYTEST_ARGS),)
	$(BIN)/python -m pytest --numprocesses $(TEST_PROCESSES) --dist loadfile -m "not alone"
	$(BIN)/python -m pytest -m alone
else
	$(BIN)/python -m pytest $(PYTEST_ARGS)
endif

lint: $(VENV)/.airflow  ## ruff (rules and format) and mypy (strict)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(VENV)/.dev  ## write again what is generated: the tables in docs/, the output in README.md and docs/feeds.md
	$(BIN)/python docs/generate_tables.py
	$(BIN)/python docs/generate_cli.py
	$(BIN)/python docs/generate_quotes.py
	$(BIN)/python docs/generate_stories.py
	$(BIN)/python docs/generate_operations.py
	$(BIN)/python docs/generate_readme.py

sample: export NEWSFLOW_DATA := $(DATA)
sample:
	$(NEWSFLOW) ingest sample tests/fixtures/seeds
	@echo
	$(NEWSFLOW) sql "select publisher, language, left(title, 44) as title \
	    from articles where publisher is not null order by published_at"
	@echo
	$(NEWSFLOW) sql "select title as story, article_count as articles, publisher_count as publishers \
	    from stories where article_count > 1"
	@echo
	$(NEWSFLOW) sql "select speaker, left(q.text, 48) as quote from quotes as q join articles using (article_id) \
	    where article_id = story_id and kind = 'direct' order by published_at, ordinal limit 9"
	@echo
	$(NEWSFLOW) sql "select reason, left(detail, 60) as detail from rejects order by reason"

# Three stages of one environment: what runs, what checks, what schedules. Each is a superset of the one before.
$(VENV)/.run: requirements/run.txt pyproject.toml | require-python
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
		{ echo "make: python3 -m venv failed; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@echo "installing requirements/run.txt into $(VENV) ..."
	@$(PIP) install --require-hashes --only-binary :all: -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@echo "installing requirements/dev.txt into $(VENV) ..."
	@$(PIP) install --require-hashes --only-binary :all: -r requirements/dev.txt
	@touch $@

$(VENV)/.airflow: requirements/airflow.txt $(VENV)/.dev
	@echo "installing requirements/airflow.txt into $(VENV) (Apache Airflow: a minute or two) ..."
	@$(PIP) install --require-hashes -r requirements/airflow.txt
	@touch $@

# feedparser's own test feeds stand in its source distribution alone; the hash is that of the lock.
$(VENV)/.feeds: requirements/run.txt $(VENV)/.run
	@echo "fetching the source distribution of feedparser for its test feeds ..."
	@rm -rf $(VENV)/feeds && mkdir $(VENV)/feeds
	@sed -n '/^feedparser==/,/sha256:[0-9a-f]*$$/p' requirements/run.txt > $(VENV)/feeds/requirement.txt
	@$(PIP) download --no-deps --no-binary :all: --require-hashes --dest $(VENV)/feeds \
		--requirement $(VENV)/feeds/requirement.txt
	@touch $@

require-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "make: $(PYTHON) is older than Python 3.11; name another: make PYTHON=python3.12 ..." >&2; exit 1; }

require-servers:
	@command -v redis-server >/dev/null && command -v docker-compose >/dev/null || \
		{ echo "make: the tests start a Redis of their own and have Compose read its file; on Debian:" \
		"apt-get install redis-server docker-compose" >&2; exit 1; }
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || \
		{ echo "make: the tests start a PostgreSQL of their own and need its server binaries; on Debian:" \
		"apt-get install postgresql" >&2; exit 1; }

# Airflow's lock is made first and constrains the two others, so that one environment can hold all three.
UV := UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --group build $(UV_ARGS) pyproject.toml --extra postgres

lock: $(VENV)/.run  ## compile requirements/*.txt again (UV_ARGS=--upgrade takes newer versions)
	@$(PIP) install uv==$(UV_VERSION)
	$(UV) --extra dev --extra airflow --output-file requirements/airflow.txt
	sed -i 's/^celery==/celery[redis]==/' requirements/airflow.txt  # without it pip tries a newer one for the extra
	$(UV) --extra airflow --extra explore --constraints requirements/airflow.txt --output-file requirements/scheduler.txt
	sed -i 's/^celery==/celery[redis]==/' requirements/scheduler.txt
	$(UV) --extra dev --constraints requirements/airflow.txt --output-file requirements/dev.txt
	$(UV) --constraints requirements/airflow.txt --output-file requirements/run.txt

clean:  ## remove .venv and caches (not data/)
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
