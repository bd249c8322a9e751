"""Reads the fenced blocks of a Markdown page: what is to be done, and what a page says comes out of it."""

import re
from dataclasses import dataclass, field
from pathlib import Path

FENCE = re.compile(r"^(?P<indent> *)(?P<fence>`{3,})(?P<info>[^`]*)$")

# Commands that set a page's scene where it is executed, and that its readers do not need.
SCENE = re.compile(r"^<!-- guides: (?P<commands>.+) -->$")

# What a page shows as the output of commands.
OUTPUT = ("json", "text")


class PageError(Exception):
    """A block that does not say what it is for."""


@dataclass(frozen=True)
class Block:
    """A fenced block: where it opens, what follows its language, and its text."""

    line: int
    language: str
    words: list[str]
    text: str


@dataclass
class Run:
    """Commands to execute, and the output that the page shows for them."""

    block: Block
    server: bool = False
    exit_code: int = 0
    shown: list[Block] = field(default_factory=list)


@dataclass(frozen=True)
class Write:
    """A file that the page shows, by its name."""

    block: Block
    name: str


@dataclass(frozen=True)
class Skip:
    """A block that is not executed, and why."""

    block: Block
    why: str


Step = Run | Write | Skip


def steps(text: str) -> list[Step]:
    """What is to be done for a page, in its order."""
    done: list[Step] = []
    for block in blocks(text):
        last = done[-1] if done else None
        match block.language, block.words:
            case "", _:
                continue
            case "scene", _:
                done.append(Run(block))
            case _, ["not-run", *why] if why:
                done.append(Skip(block, " ".join(why)))
            case "sh", []:
                done.append(Run(block))
            case "sh", ["server"]:
                done.append(Run(block, server=True))
            case "sh", [code] if re.fullmatch(r"exit=\d+", code):
                done.append(Run(block, exit_code=int(code.removeprefix("exit="))))
            case language, [name] if language != "sh" and is_name(name):
                done.append(Write(block, name))
            case language, [] if language in OUTPUT and isinstance(last, Run):
                last.shown.append(block)
            case language, [] if language in OUTPUT and isinstance(last, Skip):
                done.append(Skip(block, f"shows the output of line {last.block.line}"))
            case _:
                info = " ".join([block.language, *block.words])
                raise PageError(f"line {block.line}: nothing is done with a block of `{info}`; see scripts/guides --help")
    for step in done:
        if isinstance(step, Run) and step.exit_code and not step.shown:
            raise PageError(f"line {step.block.line}: the page does not show what the failing block prints")
    return done


def is_name(word: str) -> bool:
    """Whether a word of an info string names a file in the folder of the page."""
    return word != "not-run" and "=" not in word and not Path(word).is_absolute() and ".." not in Path(word).parts


def blocks(text: str) -> list[Block]:
    """The fenced blocks, without the indentation of the list that they stand in."""
    found: list[Block] = []
    lines = enumerate(text.splitlines(), start=1)
    for number, line in lines:
        if scene := SCENE.match(line):
            found.append(Block(number, "scene", [], scene["commands"] + "\n"))
        opening = FENCE.match(line)
        if not opening:
            continue
        indent, fence = opening["indent"], opening["fence"]
        content: list[str] = []
        for _, inner in lines:
            if inner.strip() == fence:
                break
            content.append(inner.removeprefix(indent))
        else:
            raise PageError(f"line {number}: the block has no end")
        language, *words = opening["info"].split() or [""]
        found.append(Block(number, language, words, "".join(f"{inner}\n" for inner in content)))
    return found
