"""Rounds: live ingestion in steps, against scripted sites."""
