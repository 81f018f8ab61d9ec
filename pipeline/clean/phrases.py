"""Word lists as data: one pattern a line, in the languages of many publishers."""

import re


def alternatives(lines: str, *, opens: str = "", closes: str = "") -> re.Pattern[str]:
    """One case-blind pattern that matches any of the lines, between what opens and what closes them all."""
    patterns = [line.strip() for line in lines.splitlines() if line.strip()]
    return re.compile(f"{opens}(?:{'|'.join(patterns)}){closes}", re.IGNORECASE)
