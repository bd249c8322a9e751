"""The policies of a role as CloudFormation would make them from a template.

Knows the functions that the templates in deploy/ use; any other is an error, so that no policy is guessed at.
"""

import copy
import functools
import json
import re

import yaml

PARTITIONS = {"cn": "aws-cn", "us-gov": "aws-us-gov"}
NO_VALUE = object()


class Refused(Exception):
    """CloudFormation would refuse these parameters."""


class _Loader(yaml.SafeLoader):
    """YAML 1.1 as CloudFormation reads it: a date stays a text, and `!Sub x` is `{"Fn::Sub": "x"}`."""


def _function(loader, tag, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}


_Loader.add_multi_constructor("!", _function)


@functools.cache
def _read(path):
    with open(path, encoding="utf-8") as text:
        return yaml.load(text, _Loader)


class Stack:
    """A template with parameters, in an account and Region."""

    def __init__(self, path, parameters, account, region):
        self.template = _read(path)
        prefix = next((p for p in PARTITIONS if region.startswith(p + "-")), None)
        self.values = {
            "AWS::AccountId": account,
            "AWS::NoValue": NO_VALUE,
            "AWS::Partition": PARTITIONS.get(prefix, "aws"),
            "AWS::Region": region,
        }
        declared = self.template["Parameters"]
        for name in parameters.keys() - declared.keys():
            raise Refused(f"no parameter is named {name}")
        for name, parameter in declared.items():
            self.values[name] = _parameter(name, parameter, parameters.get(name))

    def role(self, name):
        """The trust policy of a role and its permission policies by name."""
        properties = self._properties(name)
        policies = {p["PolicyName"]: _document(p["PolicyDocument"]) for p in properties.get("Policies", [])}
        for managed in self.template["Resources"][name]["Properties"].get("ManagedPolicyArns", []):
            # One of AWS's is named by its ARN; what it says is AWS's matter.
            if "Ref" in managed:
                policies[managed["Ref"]] = _document(self._properties(managed["Ref"])["PolicyDocument"])
        return _document(properties["AssumeRolePolicyDocument"]), policies

    def roles(self):
        """The names of the template's roles."""
        return [name for name, r in self.template["Resources"].items() if r["Type"] == "AWS::IAM::Role"]

    def _properties(self, name):
        return self._resolve(self.template["Resources"][name]["Properties"])

    def _resolve(self, node):
        if isinstance(node, list):
            return [item for item in map(self._resolve, node) if item is not NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((name, argument),) = node.items()
            if name == "Ref" or name.startswith("Fn::"):
                return self._call(name, argument)
        resolved = ((key, self._resolve(value)) for key, value in node.items())
        return {key: value for key, value in resolved if value is not NO_VALUE}

    def _call(self, name, argument):
        match name:
            case "Ref":
                # A resource stands for itself; of it only the name is needed here.
                return self.values[argument] if argument in self.values else f"<{argument}>"
            case "Fn::Sub":
                text, own = (argument, {}) if isinstance(argument, str) else argument
                values = self.values | self._resolve(own)
                return re.sub(r"\$\{([^!}]+)\}", lambda found: _text(values[found[1]]), text)
            case "Fn::Join":
                return argument[0].join(self._resolve(argument[1]))
            case "Fn::If":
                chosen = self._holds({"Condition": argument[0]})
                return self._resolve(argument[1] if chosen else argument[2])
        raise NotImplementedError(f"{name} in a template")

    def _holds(self, condition):
        ((name, argument),) = condition.items()
        match name:
            case "Condition":
                return self._holds(self.template["Conditions"][argument])
            case "Fn::Not":
                return not self._holds(argument[0])
            case "Fn::And":
                return all(map(self._holds, argument))
            case "Fn::Or":
                return any(map(self._holds, argument))
            case "Fn::Equals":
                left, right = self._resolve(argument)
                return left == right
        raise NotImplementedError(f"{name} in a condition")


def _parameter(name, declared, given):
    text = declared.get("Default") if given is None else given
    if text is None:
        raise Refused(f"{name} has no default")
    text = str(text)
    is_list = declared["Type"] == "CommaDelimitedList"
    parts = [part.strip() for part in text.split(",")] if is_list else [text]
    pattern = declared.get("AllowedPattern", "(?s:.*)")
    for part in parts:
        if not re.fullmatch(pattern, part):
            raise Refused(f"{name} does not take {part!r}")
    return parts if is_list else text


def _text(value):
    if not isinstance(value, str):
        raise TypeError(f"{value!r} within a text")
    return value


def _document(policy):
    """A copy of a policy document, which may be given as JSON text."""
    return json.loads(policy) if isinstance(policy, str) else copy.deepcopy(policy)
