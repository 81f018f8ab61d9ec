"""Who said it: cues before, behind and inverted, names with titles and clauses, carried and resolved."""

import pytest

from pipeline.quotes import extract_quotes
from tests.quotes.extracted import rows, speaker, speakers


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("“It is late,” Ann Lee said.", "Ann Lee"),
        ("“It is late,” said Ann Lee.", "Ann Lee"),
        ("“It is late,” said Ann Lee, a nurse in Leeds.", "Ann Lee"),
        ("“It is late,” Ann Lee, who runs the clinic, said.", "Ann Lee"),
        ("“It is late,” Ann Lee, 33, of Leeds, said on Friday.", "Ann Lee"),
        ("“It is late!” she shouted, but Ann Lee laughed.", None),
        ("Ann Lee said: “It is late.”", "Ann Lee"),
        ("Ann Lee, a nurse, said, “It is late.”", "Ann Lee"),
        ("In a statement on Monday Ann Lee said, “It is late.”", "Ann Lee"),
        ("Ann Lee (R-Ohio) has repeatedly said, “It is late.”", "Ann Lee"),
        ("Ann Lee went on to say, “It is late.”", "Ann Lee"),
        ("Ann Lee left the hall, saying, “It is late.”", "Ann Lee"),
        ("Ann Lee left the hall and said, “It is late.”", "Ann Lee"),
        ("Ann Lee did not say that it was “far too late for that.”", "Ann Lee"),
        ("According to Ann Lee, “it is late.”", "Ann Lee"),
        ("“It is late,” according to Ann Lee.", "Ann Lee"),
        ("Ann Lee tweeted: “It is late.”", "Ann Lee"),
        ("Ann Lee: “It is late.”", "Ann Lee"),
        ("“It is late.” – Ann Lee", "Ann Lee"),
        ("The plan is “far too late for that” in any case, Ann Lee said.", "Ann Lee"),
        ("Ann Lee said he thinks the plan is “far too late for that.”", "Ann Lee"),
        ("“It is late,” a spokesman for the club said.", "a spokesman for the club"),
        ("“It is late,” said a senior official.", "a senior official"),
        ("“It is late,” the company said.", "the company"),
        ("“It is late,” Ann Lee and Bob Ray said.", "Ann Lee and Bob Ray"),
        ("Said Ann Lee, “It is late.”", "Ann Lee"),
    ],
)
def test_speaker(text: str, name: str | None) -> None:
    assert speaker(text) == name


def test_an_interrupted_quote_is_two_parts_of_one_speaker() -> None:
    text = "“It is late,” Ann Lee said, “and it is cold.” “Let us go.”"
    assert rows(text) == [
        ("direct", "It is late,", "Ann Lee"),
        ("direct", "and it is cold.", "Ann Lee"),
        ("direct", "Let us go.", "Ann Lee"),
    ]


def test_a_floating_quote_goes_to_the_subject_before() -> None:
    assert speaker("Ann Lee was furious. “This is late beyond all measure.”") == "Ann Lee"


def test_two_speakers_keep_their_words() -> None:
    text = "“It is late,” said Ann Lee. “It is early,” said Bob Ray.\n“It is neither,” said Cy Doe."
    assert speakers(text) == ["Ann Lee", "Bob Ray", "Cy Doe"]


@pytest.mark.parametrize(
    ("lead", "mention", "name"),
    [
        ("Foreign Minister Ann Lee spoke in Oslo.", "she", "Ann Lee"),
        ("Foreign Minister Ann Lee spoke in Oslo.", "Lee", "Ann Lee"),
        ("Foreign Minister Ann Lee spoke in Oslo.", "the minister", "Ann Lee"),
        ("Foreign Minister Ann Lee spoke in Oslo.", "Mrs. Lee", "Ann Lee"),
        ("Foreign Minister Ann Lee spoke in Oslo.", "he", None),
        ("Ann Lee met Bob Ray in Oslo.", "he", "Bob Ray"),
        ("Ann Lee met Bob Ray in Oslo.", "she", "Ann Lee"),
        ("Ann Lee met Bob Ray in Oslo.", "Ray", "Bob Ray"),
    ],
)
def test_resolution(lead: str, mention: str, name: str | None) -> None:
    (quote,) = extract_quotes(f"{lead} “It is late,” {mention} said.", "en")
    assert (quote.speaker, quote.speaker_mention) == (name, mention)


def test_the_mention_and_the_cue_are_where_they_say() -> None:
    text = "“It is late,” Senator Ann Lee warned."
    (quote,) = extract_quotes(text, "en")
    assert quote.speaker_start_char == text.index("Senator")
    assert (quote.speaker_mention, quote.cue, quote.speaker_role) == ("Senator Ann Lee", "warned", "Senator")


def test_a_common_noun_keeps_its_role() -> None:
    (quote,) = extract_quotes("“It is late,” a senior embassy official said.", "en")
    assert quote.speaker_role == quote.speaker == "a senior embassy official"


@pytest.mark.parametrize(
    ("mention", "role"),
    [
        ("Sen. Ann Lee", "Sen."),
        ("Dr. Ann Lee", "Dr."),
        ("former Gov. Ann Lee", "former Gov."),
        ("club chairman Ann Lee", "club chairman"),
        ("Mrs. Ann Lee", None),
        ("Ann Lee", None),
    ],
)
def test_titles_of_office_are_roles_and_those_of_courtesy_are_not(mention: str, role: str | None) -> None:
    (quote,) = extract_quotes(f"“It is late,” said {mention}.", "en")
    assert (quote.speaker, quote.speaker_role) == ("Ann Lee", role)


@pytest.mark.parametrize(
    "text",
    [
        "Sadly, “it was far too late for that.”",
        "Oddly enough the plan was “far too late for that.”",
        "Tuesday: “It was far too late for that.”",
    ],
)
def test_adverbs_and_days_are_nobody(text: str) -> None:
    assert speaker(text) not in ("Sadly", "Oddly", "Tuesday")


def test_a_certain_attribution_is_rated_above_a_guess() -> None:
    (sure,) = extract_quotes("“It is late,” Ann Lee said.", "en")
    (guess,) = extract_quotes("Ann Lee and “the long shadow of it all” in Oslo.", "en")
    assert 0 < guess.confidence < 0.6 < 0.9 < sure.confidence <= 1


def test_a_number_with_a_comma_is_one_word() -> None:
    text = "The ministry pays 310,000 crowns towards the building and has asked for a copy of the collection."
    assert [quote.speaker for quote in extract_quotes(text, "en") if "310" in quote.text] == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("“It is late,” said Foreign Minister Ann Lee.", "Ann Lee"),
        ("“It is late,” said Dr. Ann Lee.", "Ann Lee"),
        ("“It is late,” said club chairman Ann Lee.", "Ann Lee"),
        ("“It is late,” the club’s chairman, Ann Lee, said.", "Ann Lee"),
        ("“It is late,” said the mayor of Leeds, Ann Lee.", "Ann Lee"),
        ("“It is late,” said Ann Lee, who has run the clinic since May.", "Ann Lee"),
        ("Ann Lee, whose brother Bob Ray runs the yard, said: “It is late.”", "Ann Lee"),
        ("“It is late,” Ann Lee, the mayor of Leeds and a friend of Bob Ray, told reporters.", "Ann Lee"),
        ("“I said to her, ‘It is late,’” Ann Lee recalled.", "Ann Lee"),
        ("Ann Lee, the former mayor of Leeds, proclaimed: “It is late.”", "Ann Lee"),
        ("Ann Lee, a nurse from Leeds said: “It is late.”", "Ann Lee"),
        ("Ann Lee, president of the club: “It is late for that plan.”", "Ann Lee"),
        ("The plan is “far too late for that,” according to Ann Lee.", "Ann Lee"),
        ("According to Mayor Ann Lee, the plan is “far too late for that.”", "Ann Lee"),
    ],
)
def test_titles_roles_appositions_and_clauses_hide_no_name(text: str, name: str) -> None:
    assert speaker(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "Ann Lee wrote on Twitter: “It is late for us.”",
        "“It is late for us,” Ann Lee posted on Facebook.",
        "“It is late for us,” Ann Lee wrote in a post on Instagram.",
        "“It is late for us,” tweeted Ann Lee.",
        "In a tweet, Ann Lee wrote, “It is late for us.”",
        "“It is late for us.”\n– Ann Lee",
        '"It is late for us." — Ann Lee, mayor of Leeds',
    ],
)
def test_posts_tweets_and_signatures(text: str) -> None:
    assert speaker(text) == "Ann Lee"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("“It is late,” the World Health Organization said.", "World Health Organization"),
        ("“It is late,” Greenpeace said in a statement.", "Greenpeace"),
        ("“It is late,” said the White House.", "White House"),
        ("Russia said it was “far too late for all of us.”", "Russia"),
        ("France has called the plan “far too late.”", "France"),
        ("“It is late,” said Ann Lee and Bob Ray.", "Ann Lee and Bob Ray"),
        ("Ann Lee and Bob Ray said in a joint statement: “It is late.”", "Ann Lee and Bob Ray"),
    ],
)
def test_organisations_countries_and_joint_speakers(text: str, name: str) -> None:
    assert speaker(text) == name


@pytest.mark.parametrize("noun", ["a witness", "two officials", "one resident", "a police spokeswoman"])
def test_speakers_without_a_name_are_their_own_role(noun: str) -> None:
    (quote,) = extract_quotes(f"“It is late,” {noun} told reporters.", "en")
    assert quote.speaker == quote.speaker_role == noun


@pytest.mark.parametrize("between", ["", " She left the hall."])
def test_a_floating_paragraph_goes_on_with_the_last_speaker(between: str) -> None:
    text = f"“It is late for us,” Ann Lee said.{between}\n“We must go home before the winter comes.”"
    assert speakers(text) == ["Ann Lee", "Ann Lee"]


@pytest.mark.parametrize("mention", ["he", "the minister", "Lavrov", "Mr. Lavrov"])
def test_the_fullest_form_of_a_name_wins(mention: str) -> None:
    lead = "Foreign Minister Sergey Lavrov spoke in Oslo on Monday."
    assert speaker(f"{lead} “It is late,” {mention} said.") == "Sergey Lavrov"


def test_the_fullest_form_may_come_later() -> None:
    assert speaker("“It is late,” Lavrov said.\nSergey Lavrov spoke in Oslo.") == "Sergey Lavrov"


def test_a_contradicting_name_is_another_person() -> None:
    assert speaker("John Smith met the crew. “It is late,” Peter Smith said.") == "Peter Smith"
    assert speaker("Ann Lee and Bob Lee met in Oslo. “It is late,” Mr. Lee said.") == "Bob Lee"


def test_a_short_name_of_two_people_stays_short() -> None:
    assert speaker("Ann Lee and Bob Lee met in Oslo. “It is late,” Lee said.") == "Lee"
    assert speaker("Ann Lee met Bob Lee. Ann Lee smiled. “It is late,” Lee said.") == "Ann Lee"


@pytest.mark.parametrize(
    ("lead", "pronoun"),
    [
        ("The storm came at night.", "he"),
        ("Ann Lee left the hall.", "he"),
        ("Bob Ray and Tom Doe met in Oslo.", "they"),
    ],
)
def test_an_unsafe_pronoun_names_nobody_and_is_kept(lead: str, pronoun: str) -> None:
    (quote,) = extract_quotes(f"{lead} “It is late,” {pronoun} said.", "en")
    assert (quote.speaker, quote.speaker_mention) == (None, pronoun)


@pytest.mark.parametrize("action", ["shook her head", "shut her door", "was not amused"])
def test_what_the_subject_before_does_is_no_part_of_its_name(action: str) -> None:
    assert speaker(f"Ann Lee {action}. “It is late for all of us.”") == "Ann Lee"
