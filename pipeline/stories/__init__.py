"""Stories: near-identical articles, found by their shingles and verified pair by pair.

    text ── shingle ──> Shingles ── sample ──> Fingerprint
    Signed articles ── match ──> Match (verified pairs) ── group ──> story ids

Pure: no files, no clock, no database. In reading order:

 1. parameters.py   every tuned number, and where it was measured
 2. records.py      Fingerprint, Signed, Match
 3. words.py        a text -> its words
 4. shingles.py     words -> shingle hashes
 5. fingerprints.py a text -> its shingles, and those that are stored
 6. evidence.py     what two texts have in common
 7. verify.py       two texts -> the verified pair, or None
 8. groups.py       verified pairs -> stories
 9. holders.py      who has which hash, and which hashes are boilerplate
10. matcher.py      what came before, and which of it an article repeats
11. find.py         the filter `newsflow find-duplicates`: all of it over a stream of rows
12. changes.py      two copies side by side, word by word

The warehouse matches a batch by the same matcher; SQL hands it what of the history shares hashes with the
batch (pipeline/warehouse/match.py).
"""

from pipeline.stories.changes import Change, changes, kept_share
from pipeline.stories.find import Found, find_duplicates
from pipeline.stories.fingerprints import shingle, sign, sign_article
from pipeline.stories.groups import Stories, group
from pipeline.stories.matcher import Matcher
from pipeline.stories.parameters import DEFAULT, Parameters
from pipeline.stories.records import Fingerprint, Holder, Lead, Match, Signed
from pipeline.stories.shingles import Shingles
from pipeline.stories.verify import verify

__all__ = [
    "DEFAULT",
    "Change",
    "Fingerprint",
    "Found",
    "Holder",
    "Lead",
    "Match",
    "Matcher",
    "Parameters",
    "Shingles",
    "Signed",
    "Stories",
    "changes",
    "find_duplicates",
    "group",
    "kept_share",
    "shingle",
    "sign",
    "sign_article",
    "verify",
]
