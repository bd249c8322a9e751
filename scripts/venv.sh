# shellcheck shell=bash
# To be sourced. Makes Python environments in .tools, each of exactly the packages of one list:
#
#   source scripts/venv.sh
#   venv_install deploy     # .tools/deploy, of scripts/requirements-deploy.txt
#
# Safe under `set -euo pipefail`. Needs bash and python3 (with venv), nothing else.

_venv_root=$(CDPATH="" cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)

# venv_install NAME [FOLDER]: makes .tools/FOLDER (NAME if left out), unless it already holds exactly these packages.
venv_install() {
    local requirements=$_venv_root/scripts/requirements-$1.txt
    local venv mark want
    # The page of a guide and a worktree may have a link to the same folder.
    mkdir -p -- "$_venv_root/.tools" || return 1
    venv=$(cd -- "$_venv_root/.tools" && pwd -P)/${2-$1} || return 1
    mark=$venv/requirements.sha256
    want=$(python3 -c 'import hashlib, sys
print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$requirements") || return 1
    # Its programs hold the path of their interpreter: an environment that was moved is made again.
    want+=" $venv"
    if [[ -f $mark && $(<"$mark") == "$want" ]]; then
        return 0
    fi
    # From nothing, so that no package of an older list stays behind. The mark comes
    # last: an interrupted install is then done again.
    rm -rf -- "$venv" || return 1
    python3 -m venv "$venv" || return 1
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements" || return 1
    printf '%s\n' "$want" >"$mark"
}
