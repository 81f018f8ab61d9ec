"""Feeds polled and pages fetched: what the network gives, as records."""
