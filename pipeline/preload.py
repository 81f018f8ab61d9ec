"""Imported by the fork server alone: loads once what every worker would otherwise load for itself.

Extractor, language model and lexicons take about a second of CPU time. The parent process never needs them.
"""

from lxml.html import fromstring
from trafilatura.external import try_justext

from pipeline.clean.languages import language_of
from pipeline.clean.pagedates import date_finder
from pipeline.quotes import extract_quotes
from pipeline.stories import sign

_SAMPLE = "“The bridge is going to be opened in the spring,” said the mayor, Anna Berg, on Monday evening."

try_justext(fromstring(f"<p>{_SAMPLE}</p>"), None, None)  # for pages on which all else fails: 27 MiB of words
date_finder()
language_of(_SAMPLE, ())
extract_quotes(_SAMPLE, "en")
sign(_SAMPLE)
