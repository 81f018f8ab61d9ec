"""How the names of archives begin that are lists of addresses, apart from their readers.

A command asks this of each source; what reads the lists takes a third of a second to import.
"""

WAYBACK, SITEMAP, FEED, URLS, GDELT = "wayback:", "sitemap:", "feed:", "urls:", "gdelt:"
SCHEMES = (WAYBACK, SITEMAP, FEED, URLS, GDELT)


def is_list(source: str) -> bool:
    """Whether a source is a list of addresses, not a path."""
    return source.startswith(SCHEMES)
