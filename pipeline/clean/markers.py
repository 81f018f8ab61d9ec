"""Words and marks that tell what a page is when its structure does not: walls, errors, cut texts.

Kept as data, several languages each; every list is matched on short texts only, so that an article about
cookies is no consent wall.
"""

import re

CONSENT = re.compile(
    r"\bcookies?\b|\bconsent\b|\bgdpr\b|\bprivacy (?:policy|settings|preferences|choices)\b|datenschutz|einwilligung|"
    r"zustimm|consentement|confidentialité|privacidad|consentimiento|privacidade|informativa|toestemming|samtykke|"
    r"informasjonskapsler|evästeet|souhlas|zgod[ay]|çerez|куки|クッキー",
    re.IGNORECASE,
)
ERROR = re.compile(
    r"\b(?:404|403|410|500|502|503)\b(?:\W|$)|page (?:not found|can(?:no|')t be found|doesn.t exist|unavailable|no longer)|not found|access denied|"
    r"forbidden|just a moment|attention required|are you (?:a )?(?:human|robot)|captcha|verify (?:that )?you are human|"
    r"unusual (?:traffic|activity)|security check|request blocked|service unavailable|bad gateway|"
    r"internal server error|something went wrong|site maintenance|"
    r"seite (?:wurde )?nicht gefunden|nicht gefunden|zugriff verweigert|page (?:introuvable|non trouvée)|accès refusé|"
    r"página no encontrada|no (?:se )?encontr|acceso denegado|página não encontrada|pagina non trovata|"
    r"pagina niet gevonden|strona nie (?:została )?znalezion|sidan hittades inte|siden (?:ble|blev) ikke funnet|"
    r"sayfa bulunamadı|страница не найдена|ページが見つかりません|페이지를 찾을 수 없",
    re.IGNORECASE,
)
SCRIPT_NEEDED = re.compile(
    r"(?:enable|requires?|turn on|activate|need|aktivieren|activer|activar|attiva|habilitar?)\W[^.\n]{0,60}java\s?script|"
    r"java\s?script[^.\n]{0,60}(?:enable|required|disabled|aktivier|deaktiviert|activ|désactiv|desactiv|disabilitat|включ)",
    re.IGNORECASE,
)
CUT_END = re.compile(
    r"(?:\.\.\.|…)[\"'”’»)\]]*$|"
    r"(?:\[\s*(?:\.\.\.|…|\+\d+ chars)\s*\])$|"
    r"(?:read more|continue reading|read the full (?:story|article)|keep reading|to continue reading[^.\n]{0,80}|weiterlesen|"
    r"mehr lesen|lire la suite|(?:seguir|sigue|continuar) leyendo|leer más|continua a leggere|leggi tutto|leia mais|"
    r"continue lendo|lees (?:meer|verder)|läs mer|les mer|læs mere|czytaj (?:dalej|więcej)|devamını oku|читать (?:далее|дальше)|続きを読む|"
    r"더 ?보기)\W{0,4}$",
    re.IGNORECASE,
)
PAYWALL = re.compile(
    r"(?:subscribe|sign up|log in|register|become a (?:member|subscriber))[^.\n]{0,40}(?:to (?:continue|keep|read|unlock|access)|for full access)|"
    r"(?:this (?:article|story|content) is (?:for|available to|only for|reserved for|exclusive to)[^.\n]{0,30}subscribers)|"
    r"already a subscriber\?|jetzt (?:abonnieren|weiterlesen|testen)|mit [^\s.]{1,20}\+ weiterlesen|"
    r"(?:article|contenu) réservé aux abonnés|(?:contenido|artículo) (?:exclusivo )?para suscriptores|"
    r"(?:contenuto|articolo) (?:riservato|per) (?:agli )?abbonati|この記事は有料|会員限定|有料会員",
    re.IGNORECASE,
)
