"""The warehouse: DuckLake tables with one writer at a time and readers that never wait."""
