"""Where the commands of a page run: a copy of the work tree, with an AWS that is ministack."""

import os
import shutil
import subprocess
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

HOME = ROOT / ".tools" / "guides"
PAGE = HOME / "page"
LOG = HOME / "log"
PERSON = HOME / "home"
PROGRAMS = HOME / "bin"

ENDPOINT = "OPS_TEST_MINISTACK_URL"


def lay() -> None:
    """Makes the folders of a page anew, and empties its AWS."""
    clear()
    for made in (PAGE, LOG, PERSON, PROGRAMS):
        made.mkdir(parents=True)
    copy_work_tree()
    write_profile()
    write_programs()
    empty_ministack()


def clear() -> None:
    shutil.rmtree(HOME, ignore_errors=True)


def copy_work_tree() -> None:
    """Copies all that is not ignored; what is built and installed is shared."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (PAGE / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, PAGE / name)
    for shared in ("target", ".tools"):
        (ROOT / shared).mkdir(exist_ok=True)
        (PAGE / shared).symlink_to(ROOT / shared)


PROFILE = """# The functions of a page are built without optimisation, in a quarter of the time.
[profile.release]
opt-level = 0
lto = false
codegen-units = 256

[profile.release.package."*"]
opt-level = 0
"""


def write_profile() -> None:
    """Cargo reads its configuration in the current folder, which is that of the page."""
    (PAGE / ".cargo").mkdir()
    (PAGE / ".cargo" / "config.toml").write_text(PROFILE)


CARGO = """words=1; [[ $1 != lambda ]] || words=2
if [[ "$1 $2 $3 $4 $5" == @(build|run)" -p ops-local --features aws" ]]; then
    {cargo} build --quiet --manifest-path {root}/Cargo.toml --workspace --all-targets --features ops-local/aws,ops-http/openapi --locked ||
        exit
    [[ $1 != build ]] || exit 0
    shift 6
    exec {root}/target/debug/rds-ops "$@"
fi
exec {cargo} "${{@:1:words}}" --manifest-path {root}/Cargo.toml "${{@:words+1}}"
"""


def write_programs() -> None:
    """What stands before the real programs.

    - In a copy of the work tree `cargo` would build every crate of the workspace anew, so it works on the work tree. With
      other features of the dependencies than the tests have it would build the AWS SDK anew, so `rds-ops` for AWS is the
      one that the tests build.
    - Version 1 of `aws` asks AWS itself about SQS, whatever AWS_ENDPOINT_URL says.
    """
    cargo = shutil.which("cargo") or "cargo"
    aws = ROOT / ".tools" / "venv" / "bin" / "aws"
    programs = {
        "cargo": CARGO.format(cargo=cargo, root=ROOT),
        "aws": f'exec {aws} --endpoint-url "$AWS_ENDPOINT_URL" "$@"\n',
    }
    for name, text in programs.items():
        path = PROGRAMS / name
        path.write_text(f"#!/usr/bin/env bash\n{text}")
        path.chmod(0o755)


def environment() -> dict[str, str]:
    """The variables of a page's shell."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPS_", "AWS_"))}
    home = Path.home()
    return kept | {
        "PATH": f"{PROGRAMS}:{ROOT / '.tools' / 'venv' / 'bin'}:{kept['PATH']}",
        "PWD": str(PAGE),
        "HOME": str(PERSON),
        "CARGO_HOME": kept.get("CARGO_HOME", str(home / ".cargo")),
        "RUSTUP_HOME": kept.get("RUSTUP_HOME", str(home / ".rustup")),
        "USER": "alice",
        "AWS_ENDPOINT_URL": os.environ[ENDPOINT],
        "AWS_ACCESS_KEY_ID": "111122223333",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": "eu-central-1",
        "AWS_PAGER": "",
        "NO_PROXY": "127.0.0.1",
    }


def empty_ministack() -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    direct.open(f"{os.environ[ENDPOINT]}/_ministack/reset", data=b"", timeout=60).close()


def name_of(page: Path) -> str:
    """The page as people name it."""
    return str(page.relative_to(ROOT) if page.is_relative_to(ROOT) else page)
