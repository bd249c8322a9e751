"""Small breakages of a policy. A table that does not notice one of them does not test that part."""

import copy

LISTS = ("Action", "NotAction", "Resource", "NotResource")
CASELESS = {"StringEqualsIgnoreCase": "StringEquals", "StringNotEqualsIgnoreCase": "StringNotEquals"}


def of(policy):
    """Each breakage: the statement, what is broken in it (the same words for every value of the parameters), the policy."""
    for at, statement in enumerate(policy["Statement"]):
        yield statement, "removed", _with(policy, at, None)
        for what, broken in _statements(statement):
            yield statement, what, _with(policy, at, broken)


def _statements(statement):
    for name in LISTS:
        value = statement.get(name, [])
        items = [value] if isinstance(value, str) else value
        for at, item in enumerate(items):
            if len(items) > 1:
                yield f"without {name} {at + 1}", statement | {name: items[:at] + items[at + 1 :]}
            # Who may work in one account must not get to work in all.
            wide = _any_account(item)
            if name == "Resource" and statement["Effect"] == "Allow" and wide != item:
                yield f"with {name} {at + 1} in any account", statement | {name: [*items[:at], wide, *items[at + 1 :]]}
    principals = statement.get("Principal", {}).get("AWS", [])
    for at, _ in enumerate(principals if isinstance(principals, list) else []):
        yield f"without Principal {at + 1}", statement | {"Principal": {"AWS": principals[:at] + principals[at + 1 :]}}
    if "Principal" in statement:
        yield "for everybody", statement | {"Principal": {"AWS": "*"}}
    yield from _conditions(statement)


def _conditions(statement):
    conditions = statement.get("Condition", {})
    for operator, keys in conditions.items():
        for at, key in enumerate(keys):
            rest = {other: value for other, value in keys.items() if other != key}
            yield f"without key {at + 1} of {operator}", _conditioned(statement, {**conditions, operator: rest})
        if operator in CASELESS:
            cased = {CASELESS.get(name, name): value for name, value in conditions.items()}
            yield f"with {CASELESS[operator]}", statement | {"Condition": cased}


def _conditioned(statement, conditions):
    kept = {operator: keys for operator, keys in conditions.items() if keys}
    rest = {name: value for name, value in statement.items() if name != "Condition"}
    return rest | ({"Condition": kept} if kept else {})


def _any_account(arn):
    parts = arn.split(":", 5)
    return arn if len(parts) < 6 else ":".join([*parts[:4], "*" if parts[4] else "", parts[5]])


def _with(policy, at, statement):
    broken = copy.deepcopy(policy)
    broken["Statement"][at : at + 1] = [] if statement is None else [statement]
    return broken
