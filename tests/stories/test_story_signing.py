import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stories import Parameters, shingle, sign
from tests.stories.story_texts import story


def test_the_fingerprint_is_the_same_on_every_machine() -> None:
    fingerprint = sign("The ferry to Corrow sails at noon.")
    assert fingerprint.shingle_count == 4
    assert fingerprint.hashes == (
        2134332481451127349,
        5836186819302985567,
        11044160907528022377,
        11515224811357858622,
    )
    assert fingerprint.exact_hash == 13336524400557372375


def test_a_fingerprint_is_a_sample_of_the_shingles() -> None:
    parameters = Parameters()
    fingerprint, shingles = shingle(story(1, sentences=60))
    distinct = set(shingles.distinct.tolist())
    smallest = set(shingles.distinct[: parameters.smallest].tolist())
    assert set(fingerprint.hashes) == {h for h in distinct if h % parameters.sample == 0} | smallest
    assert list(fingerprint.hashes) == sorted(fingerprint.hashes)
    assert len(distinct) / 40 < len(fingerprint.hashes) < len(distinct) / 8


def test_a_shared_passage_gives_shared_hashes_wherever_it_stands() -> None:
    passage = story(2)
    one, other = sign(story(3) + "\n" + passage), sign(passage + "\n" + story(4))
    shared = set(one.hashes) & set(other.hashes)
    assert len(shared) >= Parameters().shared_hashes


def test_the_exact_hash_ignores_case_punctuation_and_spacing_only() -> None:
    text = story(5)
    assert sign(text).exact_hash == sign(text.upper().replace(".", " !\n")).exact_hash
    assert sign(text).exact_hash != sign(text + " Again.").exact_hash


def test_the_title_counts_in_the_exact_hash_of_a_short_text_only() -> None:
    long, short = story(6), "Talks on the tram depot broke down."
    assert sign(long, "One title").exact_hash == sign(long, "Another").exact_hash
    assert sign(short, "One title").exact_hash != sign(short, "Another").exact_hash


def test_a_text_without_words_has_no_exact_hash() -> None:
    for text in ("", " \n", "...!?", "\u200b", "\ud800"):
        fingerprint = sign(text, "A title")
        assert fingerprint.exact_hash is None
        assert fingerprint.hashes == ()
        assert fingerprint.shingle_count == 0


def test_masked_shingles_differ_from_the_numeric_ones_in_the_numbers_alone() -> None:
    one, other = (shingle(f"It cost {price} crowns to repair the old roof")[1] for price in (40, 75))
    assert len(one.numeric) == len(one.masked) == 3
    assert np.array_equal(one.masked, other.masked)
    assert not np.intersect1d(one.numeric, other.numeric).size


def test_texts_without_spaces_have_wider_shingles() -> None:
    parameters = Parameters()
    text = "市長は水曜日に港の新しい堤防の計画を発表した"
    _, shingles = shingle(text)
    assert len(shingles.ordered) == len(text) - parameters.width_unspaced + 1


def test_no_more_of_a_text_is_looked_at_than_the_parameters_say() -> None:
    parameters = Parameters(longest=50)
    _, shingles = shingle(story(7, sentences=60), parameters=parameters)
    assert len(shingles.ordered) == 50 - parameters.width + 1


@given(st.text(max_size=300), st.one_of(st.none(), st.text(max_size=40)))
def test_signing_never_raises_and_fits_the_columns(text: str, title: str | None) -> None:
    fingerprint, shingles = shingle(text, title)
    assert len(set(fingerprint.hashes)) == len(fingerprint.hashes) <= fingerprint.shingle_count
    assert all(0 <= found < 2**64 for found in fingerprint.hashes)
    assert fingerprint.exact_hash is None or 0 <= fingerprint.exact_hash < 2**64
    assert fingerprint.shingle_count == len(shingles.distinct) <= len(shingles.ordered)
