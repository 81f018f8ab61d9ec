"""Quotes: who said what, in which words, from the text alone."""
