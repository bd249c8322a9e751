"""Reads the tables of deploy/decisions.md."""

import json
import re
from dataclasses import dataclass, field


COLUMNS = set("decision action resource tags request session caller parameter value".split())
REMARKS = {"what it shows", "what for"}


@dataclass(frozen=True)
class Row:
    """A line of a table: its cells by the name of their column."""

    line: int
    cells: dict

    def __getitem__(self, column):
        return self.cells.get(column, "")


@dataclass
class Section:
    """A table, and what stands on the `Evaluated:` line before it."""

    subject: list
    options: dict
    rows: list = field(default_factory=list)


def read(path):
    """The sections, the JSON blocks by name, and the breakages that two statements hold off."""
    sections, documents, held_twice = [], {}, set()
    columns, block, kept = None, None, []
    with open(path, encoding="utf-8") as text:
        lines = text.read().splitlines()
    for number, line in enumerate(lines, 1):
        if block is not None:
            if line == "```":
                documents[block], block = json.loads("\n".join(kept)), None
            else:
                kept.append(line)
        elif found := re.fullmatch(r"```json (.+)", line):
            block, kept = found[1], []
        elif line.startswith("Evaluated:"):
            words = re.findall(r"`([^`]+)`", line)
            options = dict(word.split("=", 1) for word in words if "=" in word)
            sections.append(Section([word for word in words if "=" not in word], options))
        elif line.startswith("Held twice:"):
            held_twice |= set(re.findall(r"`([^`]+: [^`]+)`", line))
        elif not line.startswith("|"):
            columns = None
        elif columns is None:
            columns = _cells(line)
            if unknown := set(columns) - COLUMNS - REMARKS:
                raise ValueError(f"{path}:{number}: there is no column {', '.join(unknown)}")
        elif not set(line) <= set("|-: "):
            cells = _cells(line)
            if len(cells) != len(columns):
                raise ValueError(f"{path}:{number}: {len(cells)} cells under {len(columns)} columns")
            sections[-1].rows.append(Row(number, dict(zip(columns, cells))))
    return sections, documents, held_twice


def pairs(cell):
    """`a=1; b="2 "` as a list of pairs; quotation marks keep blanks."""
    found = []
    for part in filter(None, (part.strip() for part in cell.split(";"))):
        key, value = part.split("=", 1)
        found.append((key.strip(), value.strip().strip('"')))
    return found


def _cells(line):
    return [cell.strip().replace("`", "") for cell in line.strip().strip("|").split("|")]
