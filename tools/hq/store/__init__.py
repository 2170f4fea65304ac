"""The store of records. The one place that knows DuckDB."""
