"""Executes the commands of Markdown pages as they are written.

How a page is read. Its fenced blocks are taken in order; the word after the language says what a block is.

  ```sh              executed, all of a page in one bash shell with `set -euo pipefail`
  ```sh exit=2       executed by itself, and must end with that exit code; its output must be
                     shown, so that it does not end so for another reason
  ```sh server       runs while the blocks that follow are executed, which begin when it listens; it ends with the
                     page, or with the next server
  ```json, ```text   after a block that is executed: what comes out of it. Of JSON every key and item that is shown has to
                     be there, of text every line, in the order shown. Blanks, times, ids, hashes, percentages and numbers
                     with a fraction may differ, and `…` stands for anything.
  ```toml NAME       a file of that name (any language but sh), which is written for the blocks that follow
  ```sh not-run WHY  not executed (any language); the reason is in the report
  ```                a picture
  <!-- guides: … --> commands that set the scene for the page, executed like ```sh; readers do not see them

Each page has a fresh copy of the work tree, uncommitted files included, as its folder; only `cargo` works on the work
tree itself, whose target folder is warm. Its AWS is an emptied ministack, by AWS_ENDPOINT_URL; the account is
111122223333, the Region eu-central-1, of which the environment has AWS_REGION only: what else a program reads, the page
has to set. Pages name 127.0.0.1:8080, and 127.0.0.1:4566 where they start an AWS of their own; both are replaced by a
free port, which `rds-ops serve` takes from OPS_LISTEN and `scripts/ministack` from PORT. `aws` and the other programs of .tools/venv come first on the PATH, no OPS_ or AWS_ variable of the
caller's is passed on, and the person is alice.

The first thing that goes wrong ends the run with exit code 1.
"""

import argparse
import sys
from pathlib import Path

import ground
from follow import PageFailure, follow

# Left out where no page is named: it builds the functions for Lambda.
ONLY_BY_NAME = ground.ROOT / "docs" / "operator" / "deployment.md"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/guides", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--keep", action="store_true", help="leave the folder of the last page behind")
    parser.add_argument("pages", metavar="PAGE", nargs="*", type=Path, help="default: all but docs/operator/deployment.md")
    arguments = parser.parse_args()
    named = [page.resolve() for page in arguments.pages]
    every = [ground.ROOT / "README.md", ground.ROOT / "CONTRIBUTING.md", *sorted((ground.ROOT / "docs").rglob("*.md"))]
    try:
        for page in named or [page for page in every if page != ONLY_BY_NAME]:
            follow(page)
    except PageFailure as failure:
        print(failure)
        return 1
    finally:
        if arguments.keep:
            print(f"kept: {ground.PAGE}")
        else:
            ground.clear()
    return 0


if __name__ == "__main__":
    sys.exit(main())
