"""Feeds written for the tests, each odd in one way; every one holds entries of a small coast town."""

ITEM = "<item><title>{title}</title><link>{link}</link>{more}</item>"
ATOM_NS = 'xmlns="http://www.w3.org/2005/Atom"'
RDF_NS = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
)
SITEMAP_NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS_NS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
IMAGE_NS = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'


def item(number: int, more: str = "", title: str = "Harbour", link: str = "") -> str:
    """One RSS item."""
    return ITEM.format(title=title, link=link or f"https://news.example/{number}", more=more)


def rss(*items: str, head: str = "", version: str = "2.0", declaration: str = "") -> str:
    """An RSS document of these items."""
    title = "<title>The Coast</title><link>https://news.example/</link>"
    return f'{declaration}<rss version="{version}"><channel>{title}{head}{"".join(items)}</channel></rss>'


def atom(*entries: str, head: str = "", attributes: str = "") -> str:
    """An Atom document of these entries."""
    return f"<feed {ATOM_NS} {attributes}><title>The Coast</title>{head}{''.join(entries)}</feed>"


def rdf(*items: str, head: str = "") -> str:
    """An RSS 1.0 document of these items."""
    channel = f'<channel rdf:about="https://news.example/"><title>The Coast</title>{head}</channel>'
    return f"<rdf:RDF {RDF_NS}>{channel}{''.join(items)}</rdf:RDF>"


def nested(size: int) -> bytes:
    """A feed of about this many bytes that is one tag within another."""
    return b'<rss version="2.0"><channel><item>' + b"<a>" * (size // 3)
