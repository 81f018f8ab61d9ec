"""Which news agency an article credits itself to: dateline, credit line, byline or site, and nothing else."""

import pytest

from pipeline.clean.wires import load_wires, wire_of

BODY = "The harbour board met for nine hours and voted in the end."


@pytest.mark.parametrize(
    ("opening", "wire"),
    [
        ("LONDON, Jan. 3 (Reuters) - The bank raised its rate.", "Reuters"),
        ("WASHINGTON (AP) — The bank raised its rate.", "AP"),
        ("BEIJING, Jan. 3 (Xinhua) -- The bank raised its rate.", "Xinhua"),
        ("PARIS, 3 janvier (AFP) - La banque a relevé son taux.", "AFP"),
        ("Hannover (dpa/lni) - Die Bank erhöht den Zins.", "dpa"),
        ("(ANSA) - ROMA, 03 GEN - La banca alza il tasso.", "ANSA"),
        ("Palma de Mallorca, 3 ene (EFE).- El banco sube el tipo.", "EFE"),
        ("МОСКВА, 3 января. /ТАСС/. Банк повысил ставку.", "TASS"),
        ("МОСКВА, 3 янв - РИА Новости. Банк повысил ставку.", "RIA Novosti"),
        ("МОСКВА. 3 января. INTERFAX.RU - Банк повысил ставку.", "Interfax"),
        ("新华社北京1月3日电 银行提高利率。", "Xinhua"),
        ("【ロンドン共同】銀行は金利を上げた。", "Kyodo"),
        ("(서울=연합뉴스) 은행이 금리를 올렸다.", "Yonhap"),
    ],
)
def test_datelines(opening: str, wire: str) -> None:
    assert wire_of(["A headline", opening, BODY], [], None) == wire


@pytest.mark.parametrize(
    ("ending", "wire"),
    [
        ("(Reporting by Ann Bell in Corrow; Editing by Rolf Dahl)", "Reuters"),
        ("© 2024 AFP", "AFP"),
        ("Copyright 2024 The Associated Press. All rights reserved.", "AP"),
        ("Quelle: dpa", "dpa"),
        ("© dpa-infocom, dpa:240103-99-471/3", "dpa"),
        ("Die Brücke bleibt zu. (dpa)", "dpa"),
        ("/ritzau/", "Ritzau"),
        ("Associated Press writer Ann Bell in Corrow contributed to this report.", "AP"),
    ],
)
def test_credit_lines(ending: str, wire: str) -> None:
    assert wire_of([BODY, BODY, BODY, BODY, ending], [], None) == wire


@pytest.mark.parametrize(
    ("byline", "wire"),
    [
        ("Reuters", "Reuters"),
        ("Reuters Staff", "Reuters"),
        ("Ann Bell, Associated Press", "AP"),
        ("By ANN BELL Associated Press Writer", "AP"),
        ("Ann Bell (AP)", "AP"),
        ("dpa/Anna Berg", "dpa"),
        ("Agence France-Presse", "AFP"),
        ("Paul Reuter", None),
        ("Tass Okafor", None),
    ],
)
def test_bylines(byline: str, wire: str | None) -> None:
    assert wire_of([BODY], [byline], None) == wire


@pytest.mark.parametrize(
    "line",
    [
        "Thomson Reuters said on Monday that it would cut jobs.",
        "The news agency (Reuters) – which was founded in 1851 – has moved.",
        "Reuters - the agency - was sold.",
        "The AP - which has no owner - elected a chair.",
        "She told the Associated Press (AP).",
        "Reuters could not verify the report.",
        "The mayor holds a poster (AP Photo/Ann Bell)",
        "He read it in the archive of TASS in 1991.",
        "AP courses are taught in 40 schools.",
    ],
)
def test_an_article_about_an_agency_is_not_its_copy(line: str) -> None:
    assert wire_of([line], [], None) is None
    assert wire_of([BODY, line, BODY, BODY, BODY, BODY, line], [], None) is None


def test_an_agency_s_own_site_is_its_credit() -> None:
    assert wire_of([BODY], [], "apnews.com") == "AP"
    assert wire_of([BODY], [], "harbour.example") is None


def test_no_mark_or_domain_belongs_to_two_agencies() -> None:
    wires = load_wires()
    assert {wires.by_mark[mark] for mark in ("AP", "AAP", "APA", "PA", "PAP")} == {
        "AP",
        "AAP",
        "APA",
        "PA",
        "PAP",
    }
    assert wires.by_name["australian associated press"] == "AAP"
