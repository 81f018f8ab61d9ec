# The `newsflow` command, without root and without compilers:
#   docker build --tag newsflow:0.1.0 .
# The same with Apache Airflow and the DAGs, for docker-compose.yml:
#   docker build --tag newsflow-airflow:0.1.0 --build-arg LOCK=scheduler .
FROM python:3.13.7-slim-bookworm AS build
ARG LOCK=run
RUN python -m venv /opt/newsflow
WORKDIR /build
COPY requirements requirements
RUN /opt/newsflow/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/${LOCK}.txt
COPY pyproject.toml README.md LICENSE ./
COPY pipeline pipeline
COPY sql sql
RUN /opt/newsflow/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13.7-slim-bookworm
# DuckDB unpacks its extensions from the installed packages into the home directory.
RUN useradd --system --uid 10001 --create-home newsflow \
    && install --directory --owner=newsflow /data /airflow
COPY --from=build /opt/newsflow /opt/newsflow
COPY dags /opt/newsflow/dags
COPY notebooks /opt/newsflow/notebooks
ENV PATH=/opt/newsflow/bin:$PATH NEWSFLOW_DATA=/data
USER newsflow
VOLUME /data
ENTRYPOINT ["newsflow"]
CMD ["--help"]
