"""Direct, mixed, or no quote at all; and what is reported without marks."""

import pytest

from tests.quotes.extracted import reported, rows


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("“It is late,” Ann Lee said.", "direct"),
        ("Ann Lee said: “It is late.”", "direct"),
        ("Ann Lee called the plan “brazen.”", "mixed"),
        ("Ann Lee said the plan was “far too late for us.”", "mixed"),
    ],
)
def test_kind(text: str, kind: str) -> None:
    assert [row[0] for row in rows(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "Ann Lee wrote the novel “A Cold Spring in Oslo” in two years.",
        "He wore a “Vote For Lee” hat in Oslo.",
        "Bob “Bull” Ray won the race.",
        "The so-called “sandwich tax” is dead.",
        'The link <a href="a long way to go"> was broken.',
        "They spoke of deploying a “joint force” in the north.",
        "The band played “Over the Hills” on the show “Late Line.”",
    ],
)
def test_no_quote(text: str) -> None:
    assert rows(text) == []


def test_single_marks_in_a_text_of_double_ones_are_left_alone() -> None:
    text = "Lee Says ‘Never Again’ To Voters\n“Never,” Ann Lee said. “Not once,” she said."
    assert [row[1] for row in rows(text)] == ["Never,", "Not once,"]


@pytest.mark.parametrize(
    ("text", "content", "name"),
    [
        ("Ann Lee said that the plan had failed again.", "that the plan had failed again", "Ann Lee"),
        ("Ann Lee said the plan had failed again.", "the plan had failed again", "Ann Lee"),
        ("Ann Lee told reporters that the plan had failed.", "that the plan had failed", "Ann Lee"),
        ("Ann Lee asked whether the plan had failed.", "whether the plan had failed", "Ann Lee"),
        ("According to Ann Lee, the plan had failed again.", "the plan had failed again", "Ann Lee"),
        (
            "According to a poll of voters, Ann Lee leads the field.",
            "Ann Lee leads the field",
            "a poll of voters",
        ),
        ("The plan had failed, according to one of her aides.", "The plan had failed", "one of her aides"),
        (
            "As Ann Lee noted, the plan had failed again in May.",
            "the plan had failed again in May",
            "Ann Lee",
        ),
        ("If it rains, Ann Lee said, the match will be off.", "the match will be off", "Ann Lee"),
        ("The plan had failed again, Ann Lee said.", "The plan had failed again", "Ann Lee"),
        ("The plan had failed again, said Ann Lee.", "The plan had failed again", "Ann Lee"),
        ("Observers believe that the plan has failed.", "that the plan has failed", "Observers"),
        ("Ann Lee said the plan had failed, adding nothing.", "the plan had failed", "Ann Lee"),
    ],
)
def test_indirect(text: str, content: str, name: str) -> None:
    assert reported(text) == [(content, name)]


@pytest.mark.parametrize(
    "text",
    [
        "Ann Lee said nothing.",
        "Ann Lee told the truth.",
        "Ann Lee did not say a word of it.",
        "The claims were false and old.",
        "It was late in Oslo.",
    ],
)
def test_nothing_reported(text: str) -> None:
    assert reported(text) == []


def test_a_clause_that_holds_a_fragment_is_reported_with_it() -> None:
    text = "Oslo has warned that any troops there will be “fair game” for its army."
    assert rows(text) == [("mixed", "fair game", "Oslo")]
    assert reported(text) == [("that any troops there will be “fair game” for its army", "Oslo")]


def test_paraphrases_on_both_sides_of_their_speaker() -> None:
    text = "Unless the price falls, the experts say, the yard will close in May."
    assert reported(text) == [
        ("Unless the price falls", "the experts"),
        ("the yard will close in May", "the experts"),
    ]
    assert reported("The plan has failed, Ann Lee said, adding to her troubles.") == [
        ("The plan has failed", "Ann Lee")
    ]


def test_whom_an_order_goes_to_is_part_of_it() -> None:
    assert reported("Ann Lee asked the court to decide before May.") == [
        ("the court to decide before May", "Ann Lee")
    ]


def test_certainty_reports_a_clause() -> None:
    assert reported("Ann Lee is certain that the plan will fail.") == [("that the plan will fail", "Ann Lee")]
    assert reported("Ann Lee is certain of her plan and its success.") == []


def test_turns_of_a_transcript_and_claims_of_headlines() -> None:
    text = "LEE: We will not go there.\nBOB RAY: Why would you not go?\nAnn Lee: We Will Not Go There"
    assert [name for _, name in reported(text)] == ["Ann Lee", "BOB RAY", "Ann Lee"]
    assert reported("Location: the old town hall in Oslo.\nDate: Monday, the third of May") == []


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("While Ann Lee says the harbour is safe, she has left it.", "the harbour is safe"),
        ("Ann Lee said the harbour is safe and told the crew to leave it.", "the harbour is safe"),
        (
            "Ann Lee joked to Mayor Bob Ray that the harbour would outlive him.",
            "that the harbour would outlive him",
        ),
        (
            "Ann Lee praised the crew but warned the mayor, before predicting that the harbour would close.",
            "that the harbour would close",
        ),
        ("Six in 10 say the harbour should be closed.", "the harbour should be closed"),
        ("Ann Lee commented on the state of the old harbour.", "the state of the old harbour"),
        ("Ann Lee bemoaned the state of the old harbour.", "the state of the old harbour"),
        ("Ann Lee downplayed the cost of the new harbour.", "the cost of the new harbour"),
        ("Ann Lee spoke of the need for a new harbour.", "the need for a new harbour"),
    ],
)
def test_more_ways_to_report(text: str, content: str) -> None:
    assert content in [words for words, _ in reported(text)]


def test_phrasal_verb_needs_its_preposition() -> None:
    assert reported("Ann Lee spoke the old language of the harbour.") == []


@pytest.mark.parametrize(
    "text",
    [
        "Her “friends” never came to the hall in Leeds.",
        "Ann Lee directed the film “The Last Harbour of All” in 1999.",
        "Ann Lee’s essay, “On Harbours and Their Keepers,” appeared in May.",
        "William “Big Bill” Ray, 40, was jailed.",
        "Ann Lee, known as “the Hammer,” won the race.",
        "The word “harbour” has two meanings.",
        "The term “cold rolling” is old.",
        'The screen is 32" wide and the door 6\'2" high.',
    ],
)
def test_scare_quotes_works_nicknames_terms_and_measures_are_no_quotes(text: str) -> None:
    assert rows(text) == []


def test_a_measure_before_a_quote_takes_nothing_from_it() -> None:
    text = 'The pipe is 6" wide, and Ann Lee said, "It is late for us."'
    assert rows(text) == [("direct", "It is late for us.", "Ann Lee")]


@pytest.mark.parametrize(
    "cue", ["denied that", "never said", "did not say that", "declined to say whether", "refused to believe"]
)
def test_a_negated_or_declined_cue_keeps_its_speaker(cue: str) -> None:
    text = f"Ann Lee {cue} the plan was “far too late for us.”"
    assert rows(text) == [("mixed", "far too late for us.", "Ann Lee")]


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("Ann Lee declined to say whether the plan had failed.", "whether the plan had failed"),
        ("Ann Lee denied that the plan had failed.", "that the plan had failed"),
        ("Ann Lee did not say that the plan had failed.", "that the plan had failed"),
        ("Ann Lee would not say whether the plan had failed.", "whether the plan had failed"),
    ],
)
def test_what_is_denied_or_declined_is_reported(text: str, content: str) -> None:
    assert reported(text) == [(content, "Ann Lee")]
