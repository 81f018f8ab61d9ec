"""Replay: tables made again with today's code, beside the old ones; then put in their place, or compared.

    captures ── clean ──> all tables      whole.py     what every table is made of
                                          since.py     only articles that have a capture since some time
    texts ── extract ──> quotes           quotes.py
    texts ── sign, match ──> stories      stories.py   in the order of loads

Each is a stage of rounds.py: it does what there is to do, then what other processes have loaded meanwhile,
and so on; once nothing is left, the swap follows in one transaction under the writer's lock. Readers see the
old rows until then.
"""

from pipeline.replay.quotes import QuotesAgain
from pipeline.replay.rounds import Stage, compare, replay
from pipeline.replay.since import CapturesSince
from pipeline.replay.stories import StoriesAgain
from pipeline.replay.whole import CapturesAgain

__all__ = ["CapturesAgain", "CapturesSince", "QuotesAgain", "Stage", "StoriesAgain", "compare", "replay"]
