"""Addresses of articles: the canonical one to show, the key that makes two addresses one article.

The canonical URL keeps scheme and host; it loses the fragment, tracking parameters and the default port.
The key folds further, for identity only:

    https://www.example.org/news/story/index.html?utm_source=x&id=7#top   ->   example.org/news/story?id=7

- scheme, user, `www.` (also `www2.`) and the default port go; the host is lower-case, punycode decoded
- double slashes become one; a trailing slash and a default index name (index.html, default.aspx ...) go
- tracking parameters go, the others are sorted; fragments go, but for `#!` (an address within a script page)
- the path keeps its case and its escapes are spelt one way; session ids in paths (`;jsessionid=`) go

- views of one article are one, also where the page declares no canonical address: AMP (`/amp`, `.amp.html`,
  `?amp=1`, `amp.` hosts) and print (`/print`, `?print=1`)

Only parameters known to carry no content are dropped, by exact name: a pattern such as `ref*` or `gl*` would
make `?reference=1` and `?reference=2` one article.
"""

import re
from functools import lru_cache
from urllib.parse import SplitResult, unquote_plus, urljoin, urlsplit

from courlan import normalize_url
from tld import get_fld

MAX_URL_CHARS = 2000
_REMEMBERED = 1000  # a page speaks of its own address a dozen times, and a site has one publisher

# Names from the lists of ClearURLs, AdGuard and Firefox (query stripping) that occur on news sites.
_TRACKING_PREFIXES = (
    "utm_",
    "mtm_",
    "pk_",
    "piwik_",
    "matomo_",
    "at_",
    "itm_",
    "ga_",
    "hsa_",
    "mc_",
    "mkt_",
    "oly_",
    "vero_",
    "wt_",
    "__hs",
    "_hs",
)
_TRACKING_NAMES = frozenset(
    [
        "fbclid",
        "gclid",
        "gclsrc",
        "dclid",
        "gbraid",
        "wbraid",
        "msclkid",
        "yclid",
        "ysclid",
        "twclid",
        "ttclid",
        "igshid",
        "igsh",
        "li_fat_id",
        "mibextid",
        "_ga",
        "_gl",
        "_ke",
        "s_kwcid",
        "ef_id",
        "cmpid",
        "cmp",
        "cmp_id",
        "ncid",
        "ocid",
        "icid",
        "smid",
        "smtyp",
        "sref",
        "sr_share",
        "xtor",
        "xtref",
        "xtcr",
        "wtmc",
        "wt_mc",
        "wt_zmc",
        "maca",
        "mbid",
        "src_src",
        "ref",
        "ref_src",
        "ref_url",
        "referrer",
        "referer",
        "rss",
        "feed_id",
        "from_rss",
        "ito",
        "traffic_source",
        "guccounter",
        "guce_referrer",
        "guce_referrer_sig",
        "soc_src",
        "soc_trk",
        "spm",
        "scm",
        "share",
        "shared",
        "sharetype",
        "share_source",
        "taid",
        "tblci",
        "outputtype",
        "cid_source",
        "campaign",
        "campaign_id",
        "srnd",
        "sharetoken",
        "token_share",
        "reflink",
        "partner_source",
        "__twitter_impression",
        "echobox",
        "amp_js_v",
        "amp_gsa",
        "usqp",
    ]
)
_INDEX_NAME = re.compile(r"/(?:index|default)\.(?:html?|php\d?|aspx?|jsp|cfm|shtml)$", re.IGNORECASE)
_VIEW_PATH = re.compile(r"^/amp(?=/.)|/(?:amp|print)/?$|\.amp(?=\.html?$)|\.amp$", re.IGNORECASE)
_VIEW_HOST = re.compile(r"^amp\.(?=[^.]+\.)")
_VIEW_PARAMETERS = frozenset(
    {f"{name}{value}" for name in ("amp", "print") for value in ("", "=", "=1", "=true", "=y", "=yes")}
    | {"view=print", "view=amp", "output=amp", "output=print", "mode=print", "printable=1", "m=amp"}
)
_SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#]*", re.IGNORECASE)
_WWW = re.compile(r"^www\d{0,2}\.(?=[^.]+\.)")


def clean_url(url: str | None, base: str | None = None) -> str | None:
    """The URL without fragment and tracking parameters, absolute; None where it is no http(s) address."""
    text = "".join((url or "").split())
    return _clean(text, base) if 0 < len(text) <= MAX_URL_CHARS else None


@lru_cache(_REMEMBERED)
def _clean(text: str, base: str | None) -> str | None:
    parts = _split(text, base)
    if parts is None:
        return None
    try:
        bare = normalize_url(parts._replace(query="", fragment="", path=_SESSION_PATH.sub("", parts.path)))
    except ValueError:
        return None
    query = "&".join(_kept_parameters(parts.query))
    fragment = f"#{parts.fragment}" if parts.fragment.startswith("!") else ""
    return f"{bare}{'?' + query if query else ''}{fragment}"


def url_key(url: str | None) -> str | None:
    """The key of identity for an address (see above), or None where it is no http(s) address."""
    cleaned = clean_url(url)
    return _key(_whole(urlsplit(cleaned))) if cleaned else None


def is_at(url: str | None, canonical: str | None) -> bool:
    """Whether an address is the canonical one itself, no AMP or print view of it; no address is at none."""
    cleaned = clean_url(url)
    if cleaned is None:
        return canonical is None
    return _key(urlsplit(cleaned)) == url_key(canonical)


def _whole(parts: SplitResult) -> SplitResult:
    """The address of the article itself where this is one of a view of it."""
    path = _VIEW_PATH.sub("", parts.path)
    query = "&".join(one for one in parts.query.split("&") if one.lower() not in _VIEW_PARAMETERS)
    host = _VIEW_HOST.sub("", _WWW.sub("", parts.netloc.rpartition("@")[2]))
    # What is left has to name an article: not the front page, nor a section called "amp".
    return parts._replace(netloc=host, path=path, query=query) if path.strip("/") or query else parts


def _key(parts: SplitResult) -> str:
    host = _WWW.sub("", parts.netloc.rpartition("@")[2])
    path = _INDEX_NAME.sub("/", parts.path).rstrip("/")
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{host}{path}{'?' + query if query else ''}{fragment}"


def canonical_url(claimed: str | None, url: str | None) -> str | None:
    """The claimed canonical address where it is believable, else the cleaned address itself.

    Believable: http(s), of the same registrable domain, and no front page unless the page is one itself
    (a common fault of publishers, which would make all their articles one).
    """
    own = clean_url(url)
    other = clean_url(claimed, base=url)
    if other is None or own is None:
        return own or other
    same_publisher = publisher_of(other) == publisher_of(own)
    return other if same_publisher and (not is_front(other) or is_front(own)) else own


def publisher_of(url: str | None) -> str | None:
    """The registrable domain (public suffix list); its host where it has none (IP addresses)."""
    return _publisher_at(urlsplit(url).hostname) if url else None


@lru_cache(_REMEMBERED)
def _publisher_at(host: str | None) -> str | None:
    return get_fld(f"https://{host}", fail_silently=True, search_private=False) or host


def is_front(url: str) -> bool:
    """Whether the address is that of a site's front page."""
    parts = urlsplit(url)
    return not parts.query and not parts.fragment and not _INDEX_NAME.sub("", parts.path).strip("/")


def _split(text: str, base: str | None) -> SplitResult | None:
    try:
        parts = urlsplit(urljoin(base, text) if base else text)
        _ = parts.port
    except ValueError:
        return None
    usable = parts.scheme in ("http", "https") and parts.hostname and "." in parts.hostname.strip(".")
    return parts if usable or (parts.hostname == "localhost" and parts.scheme.startswith("http")) else None


def _kept_parameters(query: str) -> list[str]:
    return [part for part in query.split("&") if part and not _is_tracking(part)]


def _is_tracking(parameter: str) -> bool:
    name = unquote_plus(parameter.partition("=")[0]).lower()
    return name in _TRACKING_NAMES or name.startswith(_TRACKING_PREFIXES)
