"""Signing and matching in other languages and scripts: near copies are found, other texts are not."""

import random

import pytest

from pipeline.stories import find_duplicates

# Who, what, where and did what, letters for made-up words, what stands between words, what ends a sentence.
LANGUAGES = {
    "German": (
        "Der Bürgermeister|Die Hafenbehörde|Zwei Ingenieure|Das Landgericht|Ihre Anwältin",
        "den Hochwasserschutz|einen Haushaltsentwurf|die Straßenbahn|das Schuldach|eine Fähre",
        "in Großau|am Flußufer|bei Müllheim|vor Österwall|an der Küste",
        "lehnte ab|prüfte|verschob|lobte|verkaufte|besichtigte",
        "abdeghiklmnoprstuäöüß",
        " ",
        ".",
    ),
    "Russian": (
        "Мэр города|Портовое управление|Два инженера|Областной суд|Её адвокат",
        "новую плотину|проект бюджета|трамвайную линию|крышу школы|здание музея",
        "в Новогорске|на берегу|у моста|под Речным|за городом",
        "отклонил|проверил|отложил|похвалил|продал|осмотрел",
        "абвгдежзиклмнопрстуя",
        " ",
        ".",
    ),
    "Chinese": (
        "市长|港务局|两名工程师|地方法院|她的律师",
        "防洪堤坝|预算草案|电车线路|学校屋顶|渡轮时刻表",
        "在新港|于河岸边|在大桥旁|在南部地区|在海岸",
        "否决了|检查了|推迟了|称赞了|出售了|视察了",
        "山水木火土金石田天地人心手足日月星云风雨雪花草树鸟鱼虫马牛羊",
        "",
        "。",
    ),
    "Japanese": (
        "市長は|港湾局は|二人の技師は|地方裁判所は|彼女の弁護士は",
        "新しい堤防を|予算案を|路面電車を|学校の屋根を|フェリーの時刻表を",
        "新港で|川岸で|大橋のそばで|南部で|海岸で",
        "拒否した|点検した|延期した|称賛した|売却した|視察した",
        "あいうえおかきくけこさしすせそたちつてとなにぬねのアイウエカキクケサシスタチツ山川田村松本",
        "",
        "。",
    ),
}


def report(language: str, seed: int, sentences: int = 20) -> str:
    """A text of stock phrases and made-up names in paragraphs of two sentences."""
    *phrases, letters, space, stop = LANGUAGES[language]
    rng = random.Random(seed)
    made = [_sentence(rng, phrases, letters, space) + stop for _ in range(sentences)]
    return "\n".join(space.join(made[place : place + 2]) for place in range(0, sentences, 2))


def _sentence(rng: random.Random, phrases: list[str], letters: str, space: str) -> str:
    parts = [(rng.choice(phrase.split("|")), "".join(rng.choices(letters, k=6))) for phrase in phrases]
    return space.join(part for pair in parts for part in pair)


def row(name: str, text: str) -> dict[str, object]:
    return {"id": name, "title": None, "text": text, "published": "2024-05-06"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_copies_are_found_and_what_they_are(language: str) -> None:
    text = report(language, 1)
    rows = [
        row("first", text),
        row("longer", text + "\n" + report(language, 2, 4)),
        row("part", "\n".join(text.split("\n")[:6])),
        row("retyped", text.upper().replace("\n", "\n\n")),
    ]
    found = list(find_duplicates(rows))
    assert {one.story_id for one in found} == {"first"}
    assert [one.relation for one in found] == [None, "copy", "excerpt", "exact"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_of_the_same_phrases_are_no_copies(language: str) -> None:
    found = list(find_duplicates(row(str(seed), report(language, seed)) for seed in range(100)))
    assert len({one.story_id for one in found}) == 100
    assert all(one.duplicate_of is None for one in found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_figure_in_the_same_words_is_other_news(language: str) -> None:
    before, after = report(language, 1, 10), report(language, 2, 10)
    found = find_duplicates(row(figure, f"{before}\n{figure}\n{after}") for figure in ("4120", "3987"))
    assert len({one.story_id for one in found}) == 2
