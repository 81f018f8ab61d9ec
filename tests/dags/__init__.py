"""The DAGs, run by a real Airflow."""
