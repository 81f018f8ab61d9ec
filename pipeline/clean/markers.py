"""The words that tell what a page is when its structure does not: walls, errors, cut texts.

The callers look at short texts and at last lines only, so that an article about cookies is no consent wall.
"""

import re

from pipeline.clean.phrases import alternatives

CONSENT = alternatives(r"""
    \bcookies?\b
    \bconsent\b
    \bgdpr\b
    \bprivacy (?:policy|settings|preferences|choices)\b
    datenschutz
    einwilligung
    consentement
    confidentialité
    privacidad
    consentimiento
    consentimento
    informativa
    toestemming
    samtykke
    informasjonskapsler
    evästeet
    souhlas
    zgod[ay]\b
    çerez
    クッキー
    쿠키
""")

ERROR = alternatives(r"""
    ^\W*(?:error\W{0,3})?(?:404|403|410|500|502|503)\s*(?:$|[-–—:|!.,])
    ^\W*(?:404|403|410|500|502|503) (?:error|not found|page|forbidden|bad gateway|service|internal|access)\b
    \b(?:http|error)\W{0,2}(?:404|403|410|500|502|503)\b
    page (?:not found|can(?:no|')t be found|doesn.t exist|unavailable|no longer)
    ^\W*not found
    access (?:to this page (?:has been )?)?denied
    ^\W*forbidden
    ^\W*just a moment
    attention required
    are you (?:a )?(?:human|robot)
    \bcaptcha
    verify (?:that )?you are (?:a )?human
    unusual (?:traffic|activity)
    ^\W*security check
    request blocked
    service (?:temporarily )?unavailable
    bad gateway
    internal server error
    ^\W*something went wrong
    site maintenance
    (?:seite|artikel) (?:wurde )?(?:leider )?nicht gefunden
    zugriff verweigert
    page (?:introuvable|non trouvée)
    accès refusé
    página no encontrada
    acceso denegado
    página não encontrada
    pagina non trovata
    pagina niet gevonden
    strona nie (?:została )?znalezion
    sidan (?:hittades inte|kunde inte hittas)
    siden (?:ble|blev) ikke funnet
    sayfa bulunamadı
    страница не найдена
    ページが見つかりません
    페이지를 찾을 수 없
""")

SCRIPT_NEEDED = alternatives(r"""
    (?:enable|requires?|turn on|activate|need|aktivieren)\W[^.\n]{0,60}java\s?script
    (?:activer|activar|attiva|habilitar?)\W[^.\n]{0,60}java\s?script
    java\s?script[^.\n]{0,60}(?:enable|required|disabled|aktivier|deaktiviert|activ|désactiv|disabilitat|включ)
""")

_READ_ON = r"""
    read more
    continue reading
    read the full (?:story|article)
    keep reading
    to continue reading[^.\n]{0,80}
    weiterlesen
    mehr lesen
    lire la suite
    (?:seguir|sigue|continuar) leyendo
    leer más
    continua a leggere
    leggi tutto
    leia mais
    continue lendo
    lees (?:meer|verder)
    läs mer
    les mer
    læs mere
    czytaj (?:dalej|więcej)
    devamını oku
    читать (?:далее|дальше)
    続きを読む
    더 ?보기
"""
CALL_TO_READ_ON = alternatives(_READ_ON, closes=r"\W{0,4}$")
ELLIPSIS = re.compile(r"(?:\.\.\.|…|\[\s*\+\d+ chars\s*\])[\"'”’»)\]]*$")

PAYWALL = alternatives(r"""
    (?:subscribe|sign up|log in|register) [^.\n]{0,40}to (?:continue|keep|read|unlock|access)
    become an? (?:member|subscriber) to (?:continue|keep|read|unlock|access)
    this (?:article|story|content) is (?:only )?(?:for|available to|reserved for)[^.\n]{0,30}subscribers
    already a subscriber\?
    jetzt (?:abonnieren|weiterlesen)
    mit [^\s.]{1,20}\+ weiterlesen
    (?:article|contenu) réservé aux abonnés
    (?:contenido|artículo) (?:exclusivo )?para suscriptores
    (?:contenuto|articolo) (?:riservato|per) (?:agli )?abbonati
    この記事は有料
    会員限定
    有料会員
""")
