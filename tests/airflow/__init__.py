"""A running Airflow: its components as processes on loopback, asked and told by its REST interface."""
