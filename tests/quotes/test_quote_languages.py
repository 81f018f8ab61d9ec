"""What newspapers do in each language: their marks, cues, inversions, pronouns, titles, fragments."""

import pytest

from pipeline.quotes import extract_quotes
from pipeline.quotes.lexicon import languages
from tests.quotes.extracted import reported, rows, speakers

# Each: a text, and the speakers of its marked quotes in order.
Table = list[tuple[str, list[str | None]]]  # a text, and the speaker of each of its quotes

GERMAN: Table = [
    ("„Wir geben nicht auf“, sagte Kanzlerin Anna Vogel.", ["Anna Vogel"]),
    ("Am Montag erklärte Minister Karl Brandt: „Es gab keine Verletzten.“", ["Karl Brandt"]),
    ("„Das ist falsch“, so Minister Karl Brandt.", ["Karl Brandt"]),
    ("Laut Eva Lang war das „ein schwerer Fehler der Behörde“.", ["Eva Lang"]),
    ("»Das ist falsch«, betonte Eva Lang.", ["Eva Lang"]),
    ("„Das stimmt“, sagte Eva Lang, „aber es hilft uns nicht.“", ["Eva Lang", "Eva Lang"]),
    ("Eva Lang hat am Montag in Bonn gesagt: „Es reicht uns jetzt.“", ["Eva Lang"]),
    ("Die Ministerin Eva Lang nannte den Plan „völlig absurd“.", ["Eva Lang"]),
    ("Die Sprecherin der Polizei, Eva Lang, sagte: „Wir suchen noch.“", ["Eva Lang"]),
    ("Eva Lang kam spät. „Es reicht uns jetzt“, sagte sie.", ["Eva Lang"]),
    ("„Es reicht uns jetzt“, heißt es in dem Brief.", ["Brief"]),
    ("Er lobte die Zeitung „Der Bote“ aus Bonn.", []),
    ("‚Das ist falsch‘, sagte Eva Lang.", ["Eva Lang"]),
    ("Eva Lang: „Wir suchen noch.“", ["Eva Lang"]),
    ("Nach Angaben von Eva Lang ist das „ein schwerer Fehler“.", ["Eva Lang"]),
    # what leads is no nominative, no noun, or a thing: the subject stands behind the verb
    ("Den neuen Plan des Rates nannte Eva Lang „eine einzige Zumutung“.", ["Eva Lang"]),
    ("Die Wahl des Ortes stellte Minister Karl Brandt in Frage: „Wir suchen weiter.“", ["Karl Brandt"]),
    ("Abschließend fügte Eva Lang hinzu: „Wir suchen noch.“", ["Eva Lang"]),
    ("Zuvor hatte Eva Lang in einer Rede verkündet: „Wir suchen weiter.“", ["Eva Lang"]),
    ("Eva Lang sagte der Zeitschrift: „Wir suchen noch.“", ["Eva Lang"]),
    ("Im Stadtrat warb Eva Lang mit den Worten: „Wir suchen immer noch weiter.“", ["Eva Lang"]),
    ("Zuvor lobte Eva Lang die Feuerwehr und nannte sie „ein Vorbild für alle“.", ["Eva Lang"]),
    ("Wie Eva Lang am Montag erklärte, sieht der Rat darin „keine große Gefahr für alle“.", ["Eva Lang"]),
    ("Er sei froh, sagte Karl Brandt, über „die vielen guten Nachrichten“.", ["Karl Brandt"]),
    # sources and those whom they cite
    ("In dem Antrag heißt es wörtlich: „Der Bau ist sofort einzustellen.“", ["Antrag"]),
    ("So heißt es in der Meldung: „Der Bau wird sofort eingestellt.“", ["der Meldung"]),
    ("Ein Sender zitierte Eva Lang mit den Worten: „Wir suchen noch.“", ["Eva Lang"]),
    ("„Wir suchen noch immer“, zitiert die Zeitung den Minister.", ["den Minister"]),
    ("„Wir suchen noch immer“, schreibt die „Neue Presse“.", ["Neue Presse"]),
    ("„Wir suchen noch immer“, schrieb „Der Bote“ in einem Nachruf.", ["Der Bote"]),
    ("Der Bau müsse „so bald wie möglich“ ruhen, so Eva Lang.", ["Eva Lang"]),
    ("Für Eva Lang ist der Fall klar: „Wir suchen alle noch weiter.“", ["Eva Lang"]),
    ("Die 34-Jährige sagt: „Wir suchen noch.“", ["34-Jährige"]),
    ("Eva Lang sagte der „Neuen Presse“: „Wir suchen noch.“", ["Eva Lang"]),
    # a name with a noun set beside it, and a noun with a name
    ("Eva Lang, eine Forscherin vom Institut erklärte, dies sei „ein Meilenstein für alle“.", ["Eva Lang"]),
    ("Eva Lang, Präsidentin des Rats: „Der Bau beginnt bald.“", ["Eva Lang"]),
    # reported clauses, whose verbs are in the subjunctive, go to who spoke before them
    ("Eva Lang warnte vor Regen. Der Damm halte „nur noch wenige Tage lang“.", ["Eva Lang"]),
    ("Eva Lang geht davon aus, dass der Damm „nur noch wenige Tage“ halte.", ["Eva Lang"]),
    ("Eva Lang schwieg lange. „Wir suchen noch immer“, meinen die Beobachter.", ["die Beobachter"]),
]
FRENCH: Table = [
    ("« La loi sera votée », a déclaré la ministre Claire Fontaine.", ["Claire Fontaine"]),
    ("«\u00a0La loi sera votée\u00a0», a assuré Claire Fontaine.", ["Claire Fontaine"]),
    ("Selon Marc Delorme, « la situation est grave ».", ["Marc Delorme"]),
    ("« C’est un échec », regrette Anne Morel, présidente du club.", ["Anne Morel"]),
    ("Marc Delorme a assuré : « Rien n’est décidé. »", ["Marc Delorme"]),
    ("Le maire de Lyon, Paul Girard, a dénoncé une décision « absurde ».", ["Paul Girard"]),
    ("Anne Morel est arrivée. « Nous sommes prêts », a-t-elle ajouté.", ["Anne Morel"]),
    ("Paul Girard est arrivé. « Nous sommes prêts », explique-t-il.", ["Paul Girard"]),
    ("« C’est un échec », dit-on à l’Élysée. Anne Morel se tait.", [None]),
    ("« Oui », a répondu Anne Morel, « mais pas demain. »", ["Anne Morel", "Anne Morel"]),
    ("“C’est un échec”, juge Anne Morel.", ["Anne Morel"]),
    ("Le Premier ministre a estimé que « les efforts paieront ».", ["Le Premier ministre"]),
    ("Pour Anne Morel, qui dirige le club, « tout reste à faire », a-t-elle dit.", ["Anne Morel"]),
    ("D’après Paul Girard, « le pire est passé ».", ["Paul Girard"]),
    ("« C’est un échec », a affirmé le porte-parole du gouvernement.", ["le porte-parole du gouvernement"]),
    ("« Nous partons, a dit Anne Morel, mais sans hâte. »", ["Anne Morel"]),
    ("Anne Morel est arrivée. « Nous partons, dit-elle, mais sans hâte. »", ["Anne Morel"]),
    ("« Nous partons demain, assure la ministre. Rien ne presse. »", ["la ministre"]),
    ("— Nous partons demain, dit Anne Morel.", ["Anne Morel"]),
    ("— Une liste de points, sans aucune parole.", []),
    ("Le livre « Un printemps » est sorti hier.", []),
]
SPANISH: Table = [
    ("«No vamos a ceder», dijo el presidente Pedro Salas.", ["Pedro Salas"]),
    ("“La ley es clara”, ha asegurado la ministra Ana Torres.", ["Ana Torres"]),
    ("Según Luis Prieto, “el acuerdo está cerca”.", ["Luis Prieto"]),
    ("El portavoz del Gobierno, Juan Ruiz, calificó la medida de “histórica”.", ["Juan Ruiz"]),
    ("Ana Torres llegó tarde. «Es una vergüenza», lamentó ella.", ["Ana Torres"]),
    ("Pedro Salas afirmó: «No hay marcha atrás».", ["Pedro Salas"]),
    ("«No», respondió Ana Torres, «pero lo estudiaremos».", ["Ana Torres", "Ana Torres"]),
    ('"No vamos a ceder", insistió Pedro Salas.', ["Pedro Salas"]),
    ("De acuerdo con Luis Prieto, “queda mucho por hacer”.", ["Luis Prieto"]),
    ("Pedro Salas aseguró que “no habrá recortes este año”.", ["Pedro Salas"]),
    ("“Es un error”, señaló un portavoz del ministerio.", ["un portavoz del ministerio"]),
    ("‘Es un error’, criticó Ana Torres.", ["Ana Torres"]),
    ("Ana Torres, que dirige el partido, dijo: “Ganaremos”.", ["Ana Torres"]),
    ("“Ganaremos”, dijo Ana Torres. “No hay duda de ello.”", ["Ana Torres", "Ana Torres"]),
    ("—No vamos a ceder —dijo Pedro Salas—. Es la ley.", ["Pedro Salas", "Pedro Salas"]),
    ("—No vamos a ceder —dijo Pedro Salas.", ["Pedro Salas"]),
    ("«No vamos a ceder, dijo Pedro Salas, aunque nos cueste».", ["Pedro Salas"]),
    ("Leyó la novela “La Casa” en dos días.", []),
]
ITALIAN: Table = [
    ("«Non ci fermeremo», ha detto la premier Giulia Conti.", ["Giulia Conti"]),
    ("«È una vergogna», attacca il sindaco Marco Neri.", ["Marco Neri"]),
    ("Secondo Paolo Greco, «l’accordo è vicino».", ["Paolo Greco"]),
    ("Il ministro dell’Economia, Luca Bruni, ha definito la manovra «prudente».", ["Luca Bruni"]),
    ("Luca Bruni ha spiegato: «Aspettiamo i dati».", ["Luca Bruni"]),
    ("“Non ci fermeremo”, afferma Giulia Conti.", ["Giulia Conti"]),
    ("«No», ha risposto Giulia Conti, «ma ne parleremo».", ["Giulia Conti", "Giulia Conti"]),
    ("«È una vergogna» – ha dichiarato Marco Neri – «e lo diremo».", ["Marco Neri", "Marco Neri"]),
    ("Marco Neri è arrivato tardi. «Eccomi», ha detto lui.", ["Marco Neri"]),
    ("Marco Neri ha sottolineato che «serve più coraggio».", ["Marco Neri"]),
    ("«Serve più coraggio», ha aggiunto il portavoce della commissione.", ["il portavoce della commissione"]),
    ("Stando a Paolo Greco, «il peggio è passato».", ["Paolo Greco"]),
    ('"Non ci fermeremo", ribadisce Giulia Conti.', ["Giulia Conti"]),
    ("«Vinceremo», ha detto Marco Neri. «Non ho dubbi su questo».", ["Marco Neri", "Marco Neri"]),
    ("«Non ci fermeremo, ha detto Giulia Conti, ma serve tempo».", ["Giulia Conti"]),
    ("«Non ci fermeremo – afferma Giulia Conti – ma serve tempo».", ["Giulia Conti"]),
    ("Ha letto il romanzo «La Casa» in due giorni.", []),
]
PORTUGUESE: Table = [
    ("“Não vamos recuar”, disse o presidente João Prado.", ["João Prado"]),
    ("Rita Moura chegou tarde. “A situação é grave”, afirmou ela.", ["Rita Moura"]),
    ("Segundo a ministra Rita Moura, “o acordo está próximo”.", ["Rita Moura"]),
    ("O prefeito de Recife, Carlos Lima, classificou a medida como “um erro”.", ["Carlos Lima"]),
    ("João Prado declarou: “Não há volta atrás.”", ["João Prado"]),
    ("«Não vamos recuar», garantiu João Prado.", ["João Prado"]),
    ("“Não”, respondeu Rita Moura, “mas vamos estudar.”", ["Rita Moura", "Rita Moura"]),
    ("De acordo com Carlos Lima, “falta muito por fazer”.", ["Carlos Lima"]),
    ("João Prado afirmou que “não haverá cortes este ano”.", ["João Prado"]),
    ("“É um erro”, criticou um porta-voz do governo.", ["um porta-voz do governo"]),
    ("Rita Moura, que dirige o partido, disse: “Vamos ganhar.”", ["Rita Moura"]),
    ('"Vamos ganhar", prometeu Rita Moura.', ["Rita Moura"]),
    ("“Vamos ganhar”, disse Rita Moura. “Não há dúvida disso.”", ["Rita Moura", "Rita Moura"]),
    ("‘É um erro’, lamentou Carlos Lima.", ["Carlos Lima"]),
    ("— Não vamos recuar agora — disse João Prado.", ["João Prado"]),
    ("“Não vamos recuar, disse João Prado, nem hoje.”", ["João Prado"]),
    ("Leu o romance “A Casa” em dois dias.", []),
]
RUSSIAN: Table = [
    ("«Мы не отступим», — сказал президент Иван Орлов.", ["Иван Орлов"]),
    ("Анна Белова пришла поздно. «Это ошибка», — подчеркнула она.", ["Анна Белова"]),
    ("По словам Сергея Громова, «переговоры идут». Сергей Громов уехал.", ["Сергей Громов"]),
    ("Министр финансов Антон Белов назвал проект «крайне важным».", ["Антон Белов"]),
    ("Как заявил Антон Белов, «денег хватит всем».", ["Антон Белов"]),
    ("Антон Белов заявил: «Денег хватит всем».", ["Антон Белов"]),
    ("«Нет, — ответил он, — не сейчас».", [None]),
    ("«Мы не отступим, — сказал Иван Орлов, — но нужно время».", ["Иван Орлов"]),
    ("— Мы не отступим, — сказал Иван Орлов.", ["Иван Орлов"]),
    ("— Мы уходим, — сказал Иван Орлов. — Вернёмся в марте.", ["Иван Орлов", "Иван Орлов"]),
    ("„Денег хватит всем“, — пояснил Антон Белов.", ["Антон Белов"]),
    ("Антон Белов сообщил, что «денег хватит всем».", ["Антон Белов"]),
    ("«Денег хватит всем и надолго», — говорится в письме. Антон Белов молчит.", [None]),
    ("«Это ошибка», — считает депутат Анна Белова.", ["Анна Белова"]),
    ("«Да», — сказала Анна Белова, «но не сейчас».", ["Анна Белова", "Анна Белова"]),
    ("По мнению Анны Беловой, «это ошибка». Анна Белова уехала.", ["Анна Белова"]),
    ('"Это ошибка", - отметила Анна Белова.', ["Анна Белова"]),
    ("«Мы победим», — заявил Иван Орлов. «Сомнений в этом нет».", ["Иван Орлов", "Иван Орлов"]),
    ("Он прочёл роман «Дом» за два дня.", []),
]
UKRAINIAN: Table = [
    ("«Ми не відступимо», — сказав президент Іван Орлик.", ["Іван Орлик"]),
    ("Ганна Біла прийшла пізно. «Це помилка», — наголосила вона.", ["Ганна Біла"]),
    ("За словами Сергія Громова, «переговори тривають». Сергій Громов поїхав.", ["Сергій Громов"]),
    ("Міністр фінансів Антон Білик назвав проєкт «вкрай важливим».", ["Антон Білик"]),
    ("Як заявив Антон Білик, «грошей вистачить усім».", ["Антон Білик"]),
    ("Антон Білик заявив: «Грошей вистачить усім».", ["Антон Білик"]),
    ("„Грошей вистачить усім“, — пояснив Антон Білик.", ["Антон Білик"]),
    ("Антон Білик повідомив, що «грошей вистачить усім».", ["Антон Білик"]),
    ("«Це помилка», — вважає депутатка Ганна Біла.", ["Ганна Біла"]),
    ("«Ми не відступимо, — сказав Іван Орлик, — але потрібен час».", ["Іван Орлик"]),
    ("— Ми не відступимо, — сказав Іван Орлик.", ["Іван Орлик"]),
    ("«Так», — сказала Ганна Біла, «але не зараз».", ["Ганна Біла", "Ганна Біла"]),
    ("На думку Ганни Білої, «це помилка». Ганна Біла поїхала.", ["Ганна Біла"]),
    ('"Це помилка", - зазначила Ганна Біла.', ["Ганна Біла"]),
    ("“Це помилка”, — додала Ганна Біла.", ["Ганна Біла"]),
    ("«Ми переможемо», — заявив Іван Орлик. «Сумнівів у цьому немає».", ["Іван Орлик", "Іван Орлик"]),
    ("Він прочитав роман «Дім» за два дні.", []),
]
SENTENCES: dict[str, Table] = {
    "de": GERMAN,
    "fr": FRENCH,
    "es": SPANISH,
    "it": ITALIAN,
    "pt": PORTUGUESE,
    "ru": RUSSIAN,
    "uk": UKRAINIAN,
}
CASES = [(code, text, names) for code, table in SENTENCES.items() for text, names in table]


@pytest.mark.parametrize(("language", "text", "names"), CASES)
def test_sentence(language: str, text: str, names: list[str | None]) -> None:
    assert speakers(text, language) == names


def test_a_cue_inside_the_marks_is_read_and_the_span_stays_whole() -> None:
    text = "« Nous partons, a dit Anne Morel, mais sans hâte. »"
    (quote,) = extract_quotes(text, "fr")
    assert (quote.text, quote.cue, quote.speaker_mention) == (text[2:-2], "dit", "Anne Morel")
    assert quote.speaker_start_char == text.index("Anne")


def test_every_language_has_its_sentences() -> None:
    assert languages() == set(SENTENCES) | {"en"}
    assert all(len(table) >= 15 for table in SENTENCES.values())


@pytest.mark.parametrize(
    ("language", "text", "content", "name"),
    [
        ("de", "Eva Lang sagte, dass der Plan gescheitert sei.", "dass der Plan gescheitert sei", "Eva Lang"),
        ("fr", "Anne Morel a dit que le plan a échoué.", "que le plan a échoué", "Anne Morel"),
        ("es", "Ana Torres dijo que el plan ha fracasado.", "que el plan ha fracasado", "Ana Torres"),
        ("it", "Luca Bruni ha detto che il piano è fallito.", "che il piano è fallito", "Luca Bruni"),
        ("pt", "Rita Moura disse que o plano já fracassou.", "que o plano já fracassou", "Rita Moura"),
        ("ru", "Антон Белов заявил, что план уже провалился.", "что план уже провалился", "Антон Белов"),
        ("uk", "Антон Білик заявив, що план уже провалився.", "що план уже провалився", "Антон Білик"),
    ],
)
def test_reported_clause(language: str, text: str, content: str, name: str) -> None:
    assert reported(text, language) == [(content, name)]


@pytest.mark.parametrize("language", ["sv", "ja", "xx", "zz-ZZ"])
def test_an_unknown_language_gets_its_spans_without_speakers(language: str) -> None:
    assert rows("”Nej”, sade Anna Berg.", language) == [("direct", "Nej", None)]


def test_a_region_is_read_as_its_language() -> None:
    text = "„Das ist falsch“, sagte Eva Lang."
    assert extract_quotes(text, "de-AT") == extract_quotes(text, "de")
    assert extract_quotes("“No,” Ann Lee said.", None) == extract_quotes("“No,” Ann Lee said.", "en")
