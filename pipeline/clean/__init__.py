"""Cleaning: a capture becomes an article, or the reason why it is none."""
