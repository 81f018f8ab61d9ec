"""The filter of quotes tells the language of a text where a row does not say it."""

import json

from tests.conftest import Newsflow


def test_the_language_is_told_from_the_text(newsflow: Newsflow) -> None:
    text = (
        "Der Stadtrat hat am Montag den Bau der neuen Brücke beschlossen. „Wir fangen noch heuer an“, "
        "sagte die Bürgermeisterin Anna Berg nach der Sitzung im Rathaus."
    )
    ran = newsflow("extract-quotes", "-", stdin=json.dumps({"id": 1, "text": text}).encode())
    (quote,) = json.loads(ran.stdout)["quotes"]
    assert (quote["text"], quote["speaker"]) == ("Wir fangen noch heuer an", "Anna Berg")
