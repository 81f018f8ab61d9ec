# The `newsflow` command, without root and without compilers: docker build -t newsflow:0.1.0 .
FROM python:3.13.7-slim-bookworm AS build
RUN python -m venv /opt/newsflow
WORKDIR /build
COPY requirements/run.txt requirements/run.txt
RUN /opt/newsflow/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY pipeline pipeline
COPY sql sql
RUN /opt/newsflow/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13.7-slim-bookworm
# DuckDB unpacks its extensions from the installed packages into the home directory.
RUN useradd --system --uid 10001 --create-home newsflow \
    && install --directory --owner=newsflow /data
COPY --from=build /opt/newsflow /opt/newsflow
ENV PATH=/opt/newsflow/bin:$PATH NEWSFLOW_DATA=/data
USER newsflow
VOLUME /data
ENTRYPOINT ["newsflow"]
CMD ["--help"]
