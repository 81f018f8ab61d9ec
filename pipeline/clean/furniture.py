"""Lines that stand among an article's paragraphs without being part of it: the title repeated, the byline, the
date, reading time, photo credits, calls to read, follow, share or subscribe, copyright.

Only short lines are looked at, and only whole lines go. What depends on words is kept as data in several
languages; what can be told without words (a repeated title, a bare date, no letter at all) is not.
"""

import re
from collections.abc import Iterable, Sequence

_SHORT_CHARS = 220  # calls to read or subscribe are shorter
_HEAD_LINES = 6  # where the title, the byline and the date are repeated
_BARE_CHARS = 60  # of a line that is a date, a credit or a name

_LETTER = re.compile(r"[^\W\d_]")
_BULLET = re.compile(r"^(?:[-*•–—>»▶►→]|\|)+\s+")

_CALLS = re.compile(
    r"^(?:\W{0,3})(?:"
    # to read something else
    r"read (?:more|also|next|the full)\b|also read|see (?:also|more)\b|more (?:on|from|about|stories)\b.{0,80}$|related(?: (?:posts?|articles?|stories|content|coverage))?\s*(?::|$)|"
    r"don[’']?t miss\b|you (?:may|might) also like|recommended(?: for you)?\s*(?::|$)|most (?:read|popular|viewed)\b|trending(?: now)?\s*(?::|$)|popular on\b|explore further|"
    r"up next|watch(?: now| live| more)?\s*:|listen(?: now)?\s*:|click here\b|"
    r"lesen sie (?:auch|hier|mehr|dazu)|auch interessant|mehr (?:zum thema|dazu|lesen|themen)\b|das könnte (?:sie|dich) auch|weiterführende links|ähnliche (?:artikel|beiträge|themen)?\s*(?::|$)|"
    r"(?:à )?lire (?:aussi|également)|à lire\b|voir aussi|sur le même sujet|lees (?:ook|meer|verder)|"
    r"(?:lee|leer|lea) (?:más|también)|(?:te puede interesar|noticias? relacionadas?)|más información\s*(?::|$)|"
    r"leggi (?:anche|tutto)|potrebbe interessarti|leia (?:também|mais)|veja (?:também|mais)|saiba mais|"
    r"les (?:også|mer)|læs (?:også|mere)|läs (?:också|även|mer)|lue myös|czytaj (?:więcej|też|także|również)|zobacz (?:też|także|również)|přečtěte si|čtěte (?:také|též)|"
    r"читайте также|читать (?:также|далее)|по теме\s*:|читайте ще|читайте також|"
    r"(?:ayrıca )?(?:bakınız|i̇lgili haber)|baca juga|"
    r"関連記事|あわせて読みたい|おすすめ情報|관련\s?기사|相关阅读|延伸閱讀|"
    # to subscribe, follow, share, comment, write
    r"(?:sign[ -]?up|subscribe|register|log in)\b|get (?:the )?(?:day[’']s|daily|latest|our|breaking)\b|follow (?:us|along|me|him|her|them|.{1,30} on )|join (?:our|the conversation|us)\b|"
    r"download (?:our|the) .{0,30}app\b|stay (?:informed|up to date|tuned|connected)|have (?:a|any) (?:story|tip|tips|question)\b|do you have (?:a|any) (?:story|tip|question|information)|"
    r"got a (?:story|tip)|share this\b|print this\b|copy link|leave a (?:comment|reply)|(?:post|add) a comment|would you like to comment|please read our comment|tell us what you think|"
    r"(?:jetzt )?abonnier|folgen sie uns|folgst du|newsletter\b|melden sie sich|kommentar (?:abgeben|schreiben)|fehler gefunden|"
    r"suscr[ií]b|sus[ck]ríbete|síguenos|inscri(?:vez|va)-|abonnez|suivez|iscriviti|seguici|assine|siga|"
    r"schrijf je in|abonneer|volg ons|følg oss|følg os|tilmeld|prenumerera|följ oss|підпис|подпис(?:ывайтесь|аться)|"
    # the page's own machinery
    r"advertisement\b|advertorial\b|anzeige$|werbung$|publicité$|passer la publicité|publicidad$|pubblicità$|reklam[ea]?$|annonse$|mainos$|"
    r"story continues below|article continues (?:below|after)|article content$|skip to (?:content|main)|link zum youtube|"
    r"link copied|loading\b.{0,20}$|error loading|image caption|video caption|table of contents|in this article\s*:?$|"
    # rights
    r"©|\(c\)\s|copyright\b|all rights reserved|alle rechte vorbehalten|tous droits réservés|todos los derechos|"
    r"our standards:|this (?:article|story|material) (?:may not|was (?:first|originally) published)|"
    r"<copyright|무단\s?전재"
    r")",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"^\W{0,2}(?:photos?|foto(?:graf\w*)?|images?|picture|bild(?:er|quelle)?|photographie|crédits?(?: photo)?|credits?|imagen?|imagem|zdjęcie|фото|video|graphic|grafik|illustration)\s*(?:by|von|:|/|©|credit)",
    re.IGNORECASE,
)
_DATELIKE = re.compile(
    r"^(?:\W|\d|st\b|nd\b|rd\b|th\b|[ap]\.?m\.?\b|uhr|um|min(?:ute[ns]?|utos?|uti)?\.?\b|read(?:ing)?(?: time)?\b|lesezeit|lesedauer|minuten|tempo de leitura|"
    r"updated?|published|posted|modified|last|on|at|stand|aktualisiert|veröffentlicht|publié|mis à jour|le|à|actualizado|publicado|aggiornato|pubblicato|il|"
    r"uppdaterad|publicerad|oppdatert|publisert|opdateret|aktualizacja|опубликовано|обновлено|güncelleme|"
    r"gmt|utc|bst|est|edt|cet|cest|pst|pdt|jst|ist|"
    r"mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|"
    r"montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|"
    r"lunes|martes|miércoles|jueves|viernes|sábado|domingo|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|de|"
    r"jan\w{0,6}|feb\w{0,6}|m[aä]r\w{0,5}|a[pvb]r\w{0,5}|ma[iyj]\w{0,4}|jun\w{0,4}|jul\w{0,4}|juillet|juin|a[ou][gû]\w{0,5}|sep\w{0,8}|set\w{0,7}|o[ckt]t\w{0,6}|out\w{0,5}|nov\w{0,6}|de[csz]\w{0,7}|d[ée]c\w{0,6}|dic\w{0,7}|gennaio|luglio|giugno|ene\w{0,3}|"
    r"年|月|日|時|分|更新|公開|配信|기사입력|입력|수정)+$",
    re.IGNORECASE,
)


def without_furniture(lines: Sequence[str], titles: Iterable[str], authors: Iterable[str]) -> tuple[str, ...]:
    """The lines that belong to the text."""
    repeated = {_fold(title) for title in titles}
    people = {_fold(author) for author in authors}
    kept: list[str] = []
    for number, line in enumerate(lines):
        at_head = len(kept) < _HEAD_LINES and number < 3 * _HEAD_LINES
        at_edge = at_head or number >= len(lines) - _HEAD_LINES
        if not (
            _is_call(line) or (at_head and _fold(line) in repeated) or (at_edge and _is_bare(line, people))
        ):
            kept.append(line)
    return tuple(kept)


def _is_call(line: str) -> bool:
    """A call, a credit, or nothing that can be read."""
    plain = _BULLET.sub("", line)
    if len(plain) > _SHORT_CHARS:
        return False
    return (
        not _LETTER.search(plain)
        or bool(_CALLS.match(plain))
        or (len(plain) <= 80 and bool(_CREDIT.match(plain)))
    )


def _is_bare(line: str, people: set[str]) -> bool:
    """A date, a reading time, or the byline."""
    plain = _BULLET.sub("", line)
    if len(plain) > _BARE_CHARS:
        return False
    return bool(_DATELIKE.match(plain)) or _is_byline(plain, people)


def _is_byline(line: str, people: set[str]) -> bool:
    folded = _fold(line)
    rest = folded
    for name in people:
        rest = rest.replace(name, " ") if name else rest
    return rest != folded and len(rest.split()) <= 3


def _fold(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()
