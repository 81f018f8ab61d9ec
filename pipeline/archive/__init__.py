"""Reading: sources of any kind become items, and items become captures in WARC files."""
