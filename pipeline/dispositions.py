"""The ledger's words: where an item can end, and why an item can be refused.

Every item that a source gives leaves the pipeline exactly once, with one `Disposition`. A refused item
has one `Reason` as well. Both are stored as their values, so a value never changes its meaning.
"""

from enum import StrEnum


class Disposition(StrEnum):
    """Where one item of a batch ended."""

    LOADED = "loaded"  # a new article
    REVISED = "revised"  # a known article with new content
    UNCHANGED = "unchanged"  # a known article with content already held
    DUPLICATE_URL = "duplicate_url"  # a known article under another address
    REJECTED = "rejected"  # refused, with a reason in `rejects`


class Reason(StrEnum):
    """Why an item was refused. The comment says what a user can do about it."""

    # at the source
    UNREADABLE = "unreadable"  # no permission, a device, an I/O error: mend the file
    EMPTY = "empty"  # nothing in it
    TOO_LARGE = "too_large"  # larger than the limit on one payload: raise the limit
    TRUNCATED = "truncated"  # a compressed or archived item that ends early: fetch it again
    CORRUPT = "corrupt"  # a damaged archive record or compressed payload
    INVALID_JSON = "invalid_json"  # a line that is not a JSON object
    NO_TEXT = "no_text"  # a row without `text` or `html`
    UNSUPPORTED_TYPE = "unsupported_type"  # not HTML, text or JSON: images, PDF, binaries
    HTTP_ERROR = "http_error"  # the response was no 200
    NOT_A_FEED = "not_a_feed"  # what a feed's address gave is none: a page, a login, something damaged
    # at cleaning
    NOT_HTML = "not_html"  # claimed to be HTML, but holds no element
    NO_ARTICLE = "no_article"  # a page without a main text
    INDEX_PAGE = "index_page"  # a front page, section or search page
    CONSENT_WALL = "consent_wall"  # a cookie or consent page in front of the article
    ERROR_PAGE = "error_page"  # "not found", "access denied" or a bot check with status 200
    SCRIPT_ONLY = "script_only"  # the text is drawn by JavaScript and is not in the page
    # at any stage
    TIMEOUT = "timeout"  # took longer than the limit on one item
    OUT_OF_MEMORY = "out_of_memory"  # took more memory than the limit on one worker
    CRASHED = "crashed"  # the worker died or the code failed on it: please report it
