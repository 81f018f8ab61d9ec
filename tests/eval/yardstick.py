"""How fast this machine is just now: a fixed piece of work of the kind that the pipeline does, timed.

Machines that are shared run the same program at half their speed at times, so a floor of pages per CPU second
holds one thing on one day and another on the next. Gates divide it out: what they hold is the figure of a
machine on which this work takes `REFERENCE_SECONDS`.
"""

import random
import re
import time
from collections import Counter
from string import ascii_lowercase

# On the machine where the floors per CPU second were set; computed, as it is not at hand: adding up 20
# million numbers took 1.35 s there, and 1.04 s where this work takes 0.63.
REFERENCE_SECONDS = 0.82
WORDS, VOCABULARY, ROUNDS = 40_000, 9_000, 24
_WORD = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")


def pace() -> float:
    """The speed of this machine now, where that of the reference is 1; takes about a second."""
    text = _text()
    began = time.process_time()
    for number in range(ROUNDS):
        _work(text, number)
    return REFERENCE_SECONDS / (time.process_time() - began)


def _text() -> str:
    chance = random.Random(0)
    known = ["".join(chance.choices(ascii_lowercase, k=chance.randint(2, 10))) for _ in range(VOCABULARY)]
    words = chance.choices(known, k=WORDS)
    return " ".join(word if chance.randrange(12) else f"{word.capitalize()}." for word in words)


def _work(text: str, number: int) -> int:
    """Words, how they look, runs of them, the commonest ones: regular expressions, tuples, dictionaries."""
    words: list[str] = _WORD.findall(text)
    lower = [word.lower() for word in words]
    looks = [(word[0].isupper(), len(word), word.endswith("s")) for word in words]
    known = Counter(lower)
    runs = {hash((number, *lower[at : at + 3])) for at in range(0, len(lower) - 3, 2)}
    capitals = sum(is_capital for is_capital, _, _ in looks)
    return capitals + len(runs) + sum(count for _, count in known.most_common(100))
