"""Compares what a page shows as output with what came out."""

import json
import re
from typing import Any

# What differs from run to run, wherever it stands.
VARYING = [
    ("time", r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?"),
    ("id", r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"),
    ("id", r"\b[0-9A-HJKMNP-TV-Z]{26}\b"),
    ("hash", r"\b[0-9a-f]{16,}\b"),
    ("percent", r"\b\d+ ?%"),
    ("fraction", r"\b\d+\.\d+\b(?!\.\d)"),
]

# Stands for anything, in a line or in a JSON text.
ANYTHING = "…"


def missing(language: str, shown: str, output: str) -> str | None:
    """What a page shows and the output does not have; None when it has all of it, in this order."""
    return missing_json(shown, output) if language == "json" else missing_lines(shown, output)


def missing_lines(shown: str, output: str) -> str | None:
    came = iter([leveled(" ".join(line.split())) for line in output.splitlines()])
    for line in filter(None, (" ".join(line.split()) for line in shown.splitlines())):
        if not any(fits(leveled(line), other) for other in came):
            return line
    return None


def missing_json(shown: str, output: str) -> str | None:
    came = iter(values(output))
    for value in values(shown):
        if not any(agrees(value, other) for other in came):
            return json.dumps(value, indent=2, ensure_ascii=False)
    return None


def agrees(shown: Any, came: Any) -> bool:
    """Whether a value has all that is shown of it: each key, each item in its order, each scalar."""
    match shown, came:
        case dict(), dict():
            return all(key in came and agrees(value, came[key]) for key, value in shown.items())
        case list(), list():
            rest = iter(came)
            return all(any(agrees(item, other) for other in rest) for item in shown) and bool(shown) == bool(came)
        case str(), _ if shown == ANYTHING:
            return True
        case str(), str():
            return fits(leveled(shown), leveled(came))
        case float(), float():
            return True
        case _:
            return type(shown) is type(came) and shown == came


def values(text: str) -> list[Any]:
    """The JSON objects and lists in a text, whatever stands between them."""
    found: list[Any] = []
    at = 0
    while opening := re.compile(r"[\[{]").search(text, at):
        try:
            value, at = json.JSONDecoder().raw_decode(text, opening.start())
            found.append(value)
        except json.JSONDecodeError:
            at = opening.start() + 1
    return found


def leveled(text: str) -> str:
    """The text with names in place of what differs from run to run."""
    for name, pattern in VARYING:
        text = re.sub(pattern, f"<{name}>", text)
    return text


def fits(shown: str, came: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, shown.split(ANYTHING))), came, re.DOTALL) is not None
