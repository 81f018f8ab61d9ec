"""The words of furniture: how lines open that call to read, follow, subscribe or share; credits; dates."""

from pipeline.clean.phrases import alternatives

_END = r"\s*(?::|$)"

CALL = alternatives(
    rf"""
    read (?:more|also|next)\b
    read the full (?:story|article)\b
    also read\b
    see (?:also|more)\b
    more (?:on|from|about) [^.]{{1,80}}$
    more stories\b
    related(?: (?:posts?|articles?|stories|content|coverage|topics))?{_END}
    related:\s
    don[’']?t miss\b
    you (?:may|might) also like
    recommended(?: for you)?{_END}
    most (?:read|popular|viewed)\b
    trending(?: now)?{_END}
    popular on\b
    explore further$
    up next{_END}
    (?:watch|listen)(?: now| live| more)?\s*:
    click here\b
    lesen sie (?:auch|hier|mehr|dazu)\b
    auch interessant
    mehr (?:zum thema|dazu|lesen|themen)\b
    das könnte (?:sie|dich) auch
    weiterführende links
    ähnliche(?: (?:artikel|beiträge|themen))?{_END}
    (?:à )?lire (?:aussi|également)
    à lire\b
    voir aussi\b
    sur le même sujet
    lees (?:ook|meer|verder)\b
    (?:lee|leer|lea) (?:más|también)\b
    te puede interesar
    noticias? relacionadas?
    más información{_END}
    leggi (?:anche|tutto)\b
    potrebbe interessarti
    leia (?:também|mais)\b
    veja (?:também|mais)\b
    saiba mais\b
    les (?:også|mer)\b
    læs (?:også|mere)\b
    läs (?:också|även|mer)\b
    lue myös\b
    czytaj (?:więcej|też|także|również)\b
    zobacz (?:też|także|również)\b
    přečtěte si\b
    čtěte (?:také|též)\b
    чита(?:йте|ть) (?:также|далее|ще|також)
    по теме\s*:
    i̇lgili haber
    baca juga\b
    関連記事
    あわせて読みたい
    おすすめ情報
    관련\s?기사
    相关阅读
    延伸閱讀
    sign[ -]?up (?:for|to|now|here)\b
    sign[ -]?up:
    subscribe (?:to|now|here|today|for)\b
    subscribe\W*$
    get (?:the day[’']s|(?:the|our) (?:latest|best|daily)|daily|breaking) .{{0,60}}(?:news|stories|inbox)
    follow (?:us|along)\b
    follow .{{1,40}} on (?:twitter|x|facebook|instagram|social|tiktok|youtube|whatsapp|google)\b
    join (?:the conversation|our (?:free|newsletter|mailing|community|channel|whatsapp|telegram))\b
    download (?:our|the) .{{0,30}}app\b
    stay (?:informed|up to date|tuned|connected)\b
    (?:do you )?have (?:a|any) (?:story|tips?|question|information)\b
    got a (?:story|tip)\b
    share this\b
    copy link$
    leave a (?:comment|reply)\b
    (?:post|add) a comment\b
    would you like to comment
    please read our comment
    tell us what you think
    (?:jetzt )?abonnier
    folgen sie uns
    folgst du\b
    newsletter{_END}
    kommentar (?:abgeben|schreiben)
    fehler gefunden\b
    su[sb][ck]?r[ií]b(?:ete|ase|irse)\b
    síguenos\b
    inscri(?:vez|va)-
    abonnez-vous
    suivez-nous
    iscriviti\b
    seguici\b
    schrijf je in\b
    abonneer\b
    volg ons\b
    følg os[s]?\b
    tilmeld dig\b
    prenumerera\b
    följ oss\b
    підпис(?:уйтесь|атися)
    подпис(?:ывайтесь|аться)
    advertisement\b
    advertorial\b
    (?:anzeige|werbung|publicité|publicidad|pubblicità|reklam[ea]?|annonse|mainos)$
    passer la publicité
    story continues below
    article continues (?:below|after)
    article content$
    skip to (?:content|main)
    link copied
    error loading\b
    (?:image|video) caption{_END}
    in this article{_END}
    ©
    \(c\)\s
    copyright\b
    all rights reserved
    alle rechte vorbehalten
    tous droits réservés
    todos los derechos reservados
    our standards:
    <copyright
    무단\s?전재
    """,
    opens=r"^\W{0,3}",
)

CREDIT = alternatives(
    r"""
    photos?
    foto(?:graf\w*)?
    images?
    picture
    bild(?:er|quelle)?
    photographie
    crédits?(?: photo)?
    credits?
    imagen?
    imagem
    zdjęcie
    фото
    video
    graphic
    grafik
    illustration
    """,
    opens=r"^\W{0,2}",
    closes=r"\s*(?:by|von|:|/|©|credit)",
)

# A line made of these alone is a date, a time, a reading time.
DATE = alternatives(
    r"""
    \W
    \d
    (?:st|nd|rd|th|[ap]\.?m|uhr|um|on|at|le|à|il|de|gmt|utc|bst|est|edt|cet|cest|pst|pdt|jst|ist)\b
    (?:min(?:ute[ns]?|utos?|uti)?|read(?:ing)?(?: time)?|lesezeit|lesedauer|minuten|tempo de leitura)\b
    (?:updated?|published|posted|modified|last|stand|aktualisiert|veröffentlicht|publié|mis à jour)\b
    (?:actualizado|publicado|aggiornato|pubblicato|uppdaterad|publicerad|oppdatert|publisert|opdateret)\b
    (?:aktualizacja|опубликовано|обновлено|güncelleme)\b
    (?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b
    (?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\b
    (?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b
    (?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)\b
    (?:lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica)\b
    (?:jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|février|mar(?:ch|s|zo)?|märz|apr(?:il|ile)?|avril|may|mai|maj)\b
    (?:jun[ei]?|juin|giugno|junio|jul[iy]?|juillet|luglio|julio|aug(?:ust)?|août|agosto|sep(?:t|tember|tembre)?)\b
    (?:septiembre|settembre|o[ck]t(?:ober|obre)?|octubre|ottobre|nov(?:ember|embre)?|noviembre|de[cz](?:ember)?)\b
    (?:décembre|dic(?:iembre|embre)?|enero|febrero|abril|mayo|gennaio|febbraio|maggio)\b
    (?:年|月|日|時|分|更新|公開|配信|기사입력|입력|수정)
    """,
    opens="^",
    closes="+$",
)
