"""Does what a page says, and tells what that was or where it went wrong."""

import sys
from pathlib import Path

import ground
from page import PageError, Run, Skip, Step, Write, steps
from shell import BlockError, Shell
from shown import missing


class PageFailure(Exception):
    """Where a page is wrong, and how."""

    def __init__(self, page: Path, line: int | None, what: str, output: str = "") -> None:
        place = f"{ground.name_of(page)}:{line}" if line else ground.name_of(page)
        told = f"\n--- what came out:\n{output}---" if output else ""
        super().__init__(f"{place}: {what}{told}")


def follow(page: Path) -> None:
    """Does all that a page says, and tells what that was."""
    try:
        to_do = steps(page.read_text())
    except (OSError, PageError) as error:
        raise PageFailure(page, None, str(error)) from error
    if not to_do:
        return
    ground.lay()
    shell = Shell(ground.PAGE, ground.LOG, ground.environment())
    try:
        for step in to_do:
            take(page, shell, step)
    finally:
        shell.end()
    report(page, to_do)


def take(page: Path, shell: Shell, step: Step) -> None:
    line = step.block.line
    try:
        match step:
            case Run(server=True):
                shell.serve(step.block.text)
            case Run():
                compare(page, step, shell.run(step.block.text, step.exit_code))
            case Write():
                path = ground.PAGE / step.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(shell.addressed(step.block.text))
            case Skip():
                pass
    except BlockError as error:
        raise PageFailure(page, line, f"the block {error}", error.output) from error


def compare(page: Path, step: Run, output: str) -> None:
    for shown in step.shown:
        lacking = missing(shown.language, shown.text, output)
        if lacking is not None:
            what = f"the page shows, and the block of line {step.block.line} does not print\n{lacking}"
            raise PageFailure(page, shown.line, what, output)


def report(page: Path, done: list[Step]) -> None:
    run = [step for step in done if isinstance(step, Run)]
    skipped = [step for step in done if isinstance(step, Skip)]
    shown = sum(len(step.shown) for step in run)
    files = len(done) - len(run) - len(skipped)
    print(f"{ground.name_of(page)}: {len(run)} blocks run, {shown} outputs compared, {files} files written, {len(skipped)} not run")
    for step in skipped:
        print(f"    line {step.block.line} not run: {step.why}")
    sys.stdout.flush()
