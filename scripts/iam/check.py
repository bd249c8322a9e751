"""Has a simulator of IAM decide every row of deploy/decisions.md, and breaks the policies to see the table notice.

    check.py SIMULATOR_DIR                        evaluates the table
    check.py print TEMPLATE ROLE [NAME=VALUE...]  prints a role's policies as JSON; the names are
                                                  `account`, `region` and the template's parameters
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import table
from subject import PARAMETERS, ROOT, Subject, stack
from template import Refused, Stack

TABLE = "deploy/decisions.md"
DECISIONS = {"Allowed": "allowed", "ImplicitlyDenied": "not allowed", "ExplicitlyDenied": "denied"}

# The most characters, without blanks, of a role's inline policies together (IAM User Guide, "IAM and STS quotas").
INLINE_MOST = 10_240


class Failed(Exception):
    """What a person reads."""


def simulate(simulator, requests):
    """The simulator's decisions, in the order of the requests."""
    program = Path(__file__).with_name("simulate.mjs")
    asked = json.dumps(requests)
    done = subprocess.run(["node", program], cwd=simulator, input=asked, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failed(f"the simulator failed:\n{done.stderr}")
    return json.loads(done.stdout)


def told(answer):
    """The word of the table for a decision."""
    return DECISIONS.get(answer.get("decision"), answer.get("problem"))


def check_rows(simulator, cases):
    """Every row is decided as it says. Returns the statements that apply to each."""
    answers = simulate(simulator, [subject.request(row) for subject, row in cases])
    for (subject, row), answer in zip(cases, answers):
        if told(answer) != row["decision"]:
            words = ", ".join(f"{column} {cell}" for column, cell in row.cells.items() if cell and column != "decision")
            raise Failed(
                f"{TABLE}:{row.line}: expected `{row['decision']}`, but it is `{told(answer)}`\n"
                f"  for {subject.role}: {words}\n"
                f"  statements that apply: {', '.join(answer.get('by') or ['none'])}"
            )
    return [answer["by"] for answer in answers]


def check_breakages(simulator, cases, applying, held_twice):
    """Every breakage changes the decision of a row, but for those that the table declares. Returns how many there are."""
    tries = {}
    for (subject, row), by in zip(cases, applying):
        for statement, what, broken in subject.broken():
            # Rows to which the statement applies, or nearly does, are likely to notice.
            unlikely = (statement["Sid"] not in by) + (row["action"] not in statement.get("Action", []))
            tries.setdefault(f"{subject.role}: {statement['Sid']} {what}", []).append((unlikely, row.line, broken, row))
    waiting = {what: sorted(rows, key=lambda row: row[:2]) for what, rows in tries.items()}
    for few in (4, 16, 32, None):
        asked = [(what, broken, row) for what, rows in waiting.items() for *_, broken, row in rows[:few]]
        answers = simulate(simulator, [broken.request(row) for _, broken, row in asked])
        for (what, _, row), answer in zip(asked, answers):
            if told(answer) != row["decision"]:
                waiting.pop(what, None)
    for what in waiting.keys() - held_twice:
        raise Failed(f"{TABLE}: no row notices this breakage of a policy\n  {what}")
    for what in held_twice - waiting.keys():
        raise Failed(f"{TABLE}: a row notices this breakage, so it is not held twice\n  {what}")
    return len(tries)


def check_parameters(section):
    """Every value is taken or refused as its row says."""
    template = section.subject[0]
    for row in section.rows:
        try:
            stack(template, {row["parameter"]: row["value"]})
            found = "accepted"
        except Refused:
            found = "refused"
        if found != row["decision"]:
            raise Failed(f"{TABLE}:{row.line}: {row['parameter']} {row['value']!r} is {found}")


def check_templates():
    """Policies fit into IAM, and the values that open and close a database are those that the service knows."""
    for template in PARAMETERS:
        made = stack(template)
        for role in made.roles():
            _, policies = made.role(role)
            length = sum(len(re.sub(r"\s", "", json.dumps(policy))) for policy in policies.values())
            if length > INLINE_MOST:
                raise Failed(f"{template}: the policies of {role} have {length} characters, IAM takes {INLINE_MOST}")
    values = stack("target-account-role.yaml").values
    text = (ROOT / "docs/operator/flexible-tag-names.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \| (`[^|]+`) \|$", text, re.MULTILINE)
    known = {name: set(re.findall(r"`([^`]+)`", cell)) for name, cell in rows}
    production = known.pop("Production")
    for name, expected in [("ProductionValues", production), ("AllowedValues", set().union(*known.values()))]:
        if expected != set(values[name]):
            raise Failed(f"{name} and docs/operator/flexible-tag-names.md differ: {sorted(expected ^ set(values[name]))}")


def evaluate(simulator):
    """Everything."""
    check_templates()
    sections, documents, held_twice = table.read(ROOT / TABLE)
    cases, parameters = [], 0
    for section in sections:
        if section.subject[-1] == "parameters":
            check_parameters(section)
            parameters += len(section.rows)
            continue
        for role in [name for name in section.subject[1:] if name != "trust"] or ["original"]:
            subject = Subject(section, role, documents)
            cases += [(subject, row) for row in section.rows]
    applying = check_rows(simulator, cases)
    print(f"{len(cases)} decisions, {len(cases)} as expected; {parameters} parameter values, {parameters} as expected")
    ours = [at for at, (subject, _) in enumerate(cases) if subject.trust]
    count = check_breakages(simulator, [cases[at] for at in ours], [applying[at] for at in ours], held_twice)
    print(f"{count} breakages of the policies, {count - len(held_twice)} noticed, {len(held_twice)} held by two statements")


def policies_of(template, role, *parameters):
    """A role's policies as JSON text, with no parameter that is not given: nothing of the tables gets into an account."""
    options = dict(parameter.partition("=")[::2] for parameter in parameters)
    if template not in PARAMETERS:
        raise Refused(f"there is no template {template}, only {', '.join(PARAMETERS)}")
    if missing := {"account", "region"} - options.keys():
        raise Refused(f"{' and '.join(sorted(missing))} must be given, as NAME=VALUE")
    account, region = options.pop("account"), options.pop("region")
    made = Stack(ROOT / "deploy" / template, options, account, region)
    if role not in made.roles():
        raise Refused(f"{template} has no role {role}, only {', '.join(made.roles())}")
    trust, policies = made.role(role)
    return json.dumps({"trust": trust, "policies": policies}, indent=2)


def main(arguments):
    try:
        if arguments[0] == "print":
            print(policies_of(*arguments[1:]))
        else:
            evaluate(arguments[0])
    except (Failed, Refused) as failure:
        sys.exit(f"policies: {failure}")


if __name__ == "__main__":
    main(sys.argv[1:])
