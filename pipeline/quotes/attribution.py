"""Attribution: for each span the mention of its speaker, by position and grammar around the cue.

“Q,” Smith said / said Smith            after
Smith said, “Q” / called it “Q”         before
according to Smith, “Q”                 according
“Q,” Smith said. “Q.”                   carried from the quote before
Smith was angry. “Q.”                   subject of the sentence before
"""

from collections.abc import Sequence

from pipeline.quotes.after import read_after, read_at_end, read_signature
from pipeline.quotes.before import read_before, read_report
from pipeline.quotes.cues import NOBODY, PAUSES, Attribution, Rule, is_person
from pipeline.quotes.inside import read_inside
from pipeline.quotes.lexicon import CUE, PUNCTUATION, QUOTED, SPEAKING, SPEECH, Lexicon
from pipeline.quotes.tokens import Sentence, Tokens, closing_character

_BESIDE = frozenset(["after", "before", "according", "colon"])
_PAUSED = frozenset(",?!…")
_WINDOW = 100  # tokens on either side of a quote
_QUOTES_BACK = 20  # quotes of one sentence looked through for the one with a verb of speech


def attribute_all(tokens: Tokens, lexicon: Lexicon) -> list[Attribution]:
    """One attribution a span, in order."""
    found: list[Attribution] = []
    for number in range(len(tokens.spans)):
        found.append(_attribute(tokens, lexicon, number, found))
    if lexicon.speech_in_dashes:
        return [_inside(tokens, lexicon, number, by) for number, by in enumerate(found)]
    return found


def _inside(tokens: Tokens, lexicon: Lexicon, number: int, found: Attribution) -> Attribution:
    """A cue inside the marks goes before whatever is not beside them."""
    if found.rule in _BESIDE:
        return found
    return read_inside(tokens, lexicon, number) or found


def _attribute(tokens: Tokens, lexicon: Lexicon, number: int, earlier: Sequence[Attribution]) -> Attribution:
    at = tokens.token_of_span[number]
    sentence = _window(tokens.sentences[tokens.sentence_at[at]], at)
    if _is_alone(tokens, sentence):
        return _carry(tokens, lexicon, number, sentence, earlier)
    return (
        _interrupted(tokens, number, sentence, earlier)
        or read_after(tokens, lexicon, at, sentence)
        or _around(tokens, lexicon, at, sentence, earlier)
        or _same_sentence(tokens, number, sentence, earlier)
        or _carry(tokens, lexicon, number, sentence, earlier)
    )


def _window(sentence: Sentence, at: int) -> Sentence:
    """The part of a sentence in which the speaker of the quote at token `at` is looked for."""
    if sentence.end - sentence.first <= _WINDOW:
        return sentence
    first, end = max(sentence.first, at - _WINDOW), min(sentence.end, at + _WINDOW)
    return Sentence(first, end, sentence.paragraph)


def _interrupted(
    tokens: Tokens, number: int, sentence: Sentence, earlier: Sequence[Attribution]
) -> Attribution | None:
    """The second half of “Q,” Smith said, “Q.”"""
    at = tokens.token_of_span[number]
    if (
        number == 0
        or tokens.token_of_span[number - 1] < sentence.first
        or earlier[number - 1].rule != "after"
    ):
        return None
    if tokens.words[at - 1] not in PAUSES:
        return None
    verb = earlier[number - 1].cue_first
    if any(tokens.tags[k] & CUE and k != verb for k in range(at - 2, at)):
        return None
    return _again(earlier[number - 1], "carried", goes_on=True)


def _again(previous: Attribution, rule: Rule, goes_on: bool = False) -> Attribution:
    return Attribution(previous.mention, previous.cue_first, previous.cue_end, rule, goes_on)


def _around(
    tokens: Tokens, lexicon: Lexicon, at: int, sentence: Sentence, earlier: Sequence[Attribution]
) -> Attribution | None:
    """A cue before the quote, unless only a weak one is there and a strong one ends the sentence."""
    before = read_before(tokens, lexicon, at, sentence, earlier)
    if before is not None and before.cue_first is not None and before.mention is not None:
        speaks = tokens.tags[before.cue_first] & (SPEECH | SPEAKING)
        if speaks and is_person(tokens, before.mention):
            return before
    return read_at_end(tokens, lexicon, at, sentence) or before


def _is_alone(tokens: Tokens, sentence: Sentence) -> bool:
    """Whether the sentence holds nothing but quotes and punctuation."""
    nothing = PUNCTUATION | QUOTED
    return all(tokens.tags[k] & nothing for k in range(sentence.first, sentence.end))


def _same_sentence(
    tokens: Tokens, number: int, sentence: Sentence, earlier: Sequence[Attribution]
) -> Attribution | None:
    if number == 0 or tokens.token_of_span[number - 1] < sentence.first:
        return None
    return _again(earlier[number - 1], "carried")


def _carry(
    tokens: Tokens, lexicon: Lexicon, number: int, sentence: Sentence, earlier: Sequence[Attribution]
) -> Attribution:
    """A quote without a cue of its own: the speaker of the quote before, or the subject before."""
    at = tokens.sentence_at[tokens.token_of_span[number]]
    signed = read_signature(tokens, at, tokens.spans[number].repaired)
    if signed is not None:
        return signed
    if at == 0:
        return NOBODY
    before = _window(tokens.sentences[at - 1], tokens.sentences[at - 1].end)
    if tokens.words[before.end - 1] == ":":
        found = read_before(tokens, lexicon, before.end, before, earlier)
        return _again(found, "colon") if found else NOBODY
    reported = read_report(tokens, lexicon, at, tokens.token_of_span[number], earlier)
    if reported is not None:
        return _again(reported, "previous")
    if number and tokens.token_of_span[number - 1] >= before.first:
        main = _main(tokens, number, before, earlier)
        if before.paragraph != sentence.paragraph:
            return _again(main, "continued")
        return _again(main, "carried", goes_on=_only_cue_between(tokens, number, earlier))
    if before.paragraph == sentence.paragraph or not number:
        found = read_before(tokens, lexicon, before.end, before, earlier)
        if found is not None:
            return _again(found, "previous")
    if number:
        return _again(earlier[number - 1], "continued")
    return NOBODY


def _only_cue_between(tokens: Tokens, number: int, earlier: Sequence[Attribution]) -> bool:
    """“Q,” said Ann Lee, a nurse. “Q.” -- the quote before ends in a comma, and its cue follows it."""
    previous, span = earlier[number - 1], tokens.spans[number - 1]
    at, sentence = tokens.token_of_span[number], tokens.sentence_at[tokens.token_of_span[number]]
    return (
        previous.rule == "after"
        and tokens.sentences[sentence].first == at
        and closing_character(tokens.text, span) in _PAUSED
    )


def _main(tokens: Tokens, number: int, sentence: Sentence, earlier: Sequence[Attribution]) -> Attribution:
    """The attribution of a sentence's last quote with a verb of speech; failing that, of its last."""
    for index in range(number - 1, max(-1, number - 1 - _QUOTES_BACK), -1):
        if tokens.token_of_span[index] < sentence.first:
            break
        cue = earlier[index].cue_first
        if cue is not None and tokens.tags[cue] & (SPEECH | SPEAKING):
            return earlier[index]
    return earlier[number - 1]
