"""A role under test: its policies, and requests in the words of a row of deploy/decisions.md."""

import copy
from pathlib import Path

import mutants
import table
from template import Stack

ROOT = Path(__file__).resolve().parents[2]
HOME, TARGET = "111122223333", "222233334444"
REGION = "eu-central-1"

# Parameters without a default; a section of the table may set others.
PARAMETERS = {
    "target-account-role.yaml": {
        "FunctionRoleArns": f"arn:aws:iam::{HOME}:role/rds-ops-api,arn:aws:iam::{HOME}:role/rds-ops-worker",
        "ExternalId": "rds-ops/4711",
    },
    "template.yaml": {"AllowedAccounts": f"{TARGET},{HOME}", "ExternalId": "rds-ops/4711"},
}
ACCOUNTS = {"target-account-role.yaml": TARGET, "template.yaml": HOME}
CALLERS = {"api": "ApiRole", "worker": "WorkerRole", "state machine": "StateMachineRole"}
ANYTHING = {"Version": "2012-10-17", "Statement": [{"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}]}


def stack(template, options=()):
    """A template with the parameters of the tables but for `options`, which may also name a `region`."""
    options = PARAMETERS[template] | dict(options)
    region = options.pop("region", REGION)
    return Stack(ROOT / "deploy" / template, options, ACCOUNTS[template], region)


class Subject:
    """A role under test: its policies, and a request in the words of a row."""

    def __init__(self, section, role, documents):
        template, *_ = section.subject
        self.documents = documents
        self.role = role
        self.region = section.options.get("region", REGION)
        if template == "original":
            self.account, self.partition = TARGET, "aws"
            self.trust, self.policies = None, {"original": documents["original"]}
            return
        made = stack(template, section.options)
        self.account, self.partition = made.values["AWS::AccountId"], made.values["AWS::Partition"]
        self.trust, self.policies = made.role(role)

    def request(self, row):
        """What the simulator is asked for a row."""
        resource = self._arn(row["action"], row["resource"])
        account = (resource.split(":") + [""] * 5)[4] or self.account
        asked = {
            "action": row["action"],
            "resource": {"resource": resource, "accountId": account},
            "contextVariables": _context(row, account),
        }
        others = {"serviceControlPolicies": [], "resourceControlPolicies": []}
        if row["session"]:
            others["sessionPolicy"] = self.documents[row["session"]]
        if "caller" in row.cells:
            principal, own = self._caller(row["caller"])
            asked["principal"] = principal
            return {"request": asked, "identityPolicies": _named(own), "resourcePolicy": self.trust, **others}
        asked["principal"] = f"arn:{self.partition}:sts::{self.account}:assumed-role/{self.role}/alice"
        # No resource has a policy of its own here, so the role's policies alone decide, as within one account.
        asked["resource"]["accountId"] = self.account
        return {"request": asked, "identityPolicies": _named(self.policies), **others}

    def broken(self):
        """The subject with each of its policies broken in each way: the statement, what is broken, the subject."""
        for name, policy in [("trust", self.trust), *self.policies.items()]:
            for statement, what, mutant in mutants.of(policy) if policy else ():
                other = copy.copy(self)
                if name == "trust":
                    other.trust = mutant
                else:
                    other.policies = self.policies | {name: mutant}
                yield statement, what, other

    def _caller(self, caller):
        if caller in CALLERS:
            role = CALLERS[caller]
            name = caller.replace(" ", "-")
            return f"arn:aws:sts::{HOME}:assumed-role/rds-ops-{name}/invocation", stack("template.yaml").role(role)[1]
        return caller, {} if caller.endswith(".amazonaws.com") else {"anything": ANYTHING}

    def _arn(self, action, resource):
        if resource == "*" or resource.startswith("arn:"):
            return resource
        name, _, account = resource.partition(" @")
        service = action.split(":")[0]
        account = account or self.account
        if service == "sts":
            return f"arn:{self.partition}:iam::{account}:{name}"
        return f"arn:{self.partition}:{service}:{self.region}:{account}:{name}"


def _context(row, account):
    context = {"aws:ResourceAccount": account}
    for key, value in table.pairs(row["tags"]):
        context[f"aws:ResourceTag/{key}"] = value
    for key, value in table.pairs(row["request"]):
        if key.startswith("tag "):
            context[f"aws:RequestTag/{key[4:]}"] = value
            context.setdefault("aws:TagKeys", []).append(key[4:])
        else:
            context[key] = value
    return context


def _named(policies):
    return [{"name": name, "policy": policy} for name, policy in policies.items()]
