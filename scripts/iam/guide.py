"""Checks the commands of docs/cross-account-setup.md.

Those of `scripts/policies` are run. Those that need AWS say so, and the parameters that they give are tried on the template.
"""

import json
import re
import shlex

from template import Refused, Stack

MARK = "# needs a real AWS account"


def commands(text):
    """The words of each command of the shell blocks, and whether its block says that it needs AWS."""
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        for words in _split(block):
            yield words, block.startswith(MARK)


def problems(text, deploy, print_role):
    """What is wrong with the commands, each as a sentence."""
    for words, needs_aws in commands(text):
        try:
            if words[:2] == ["scripts/policies", "print"]:
                print_role(*words[2:])
            elif words[0] != "aws" or not needs_aws:
                yield f"{words[0]} is neither run by a test nor marked with `{MARK}`"
            elif template := _template(words):
                Stack(deploy / template, _parameters(words), "111122223333", "eu-central-1")
        except Refused as refused:
            yield f"{' '.join(words[:3])}: {refused}"


def _split(block):
    lines = re.sub(r"^#.*\n", "", block, flags=re.MULTILINE).replace("\\\n", " ")
    # A command begins at a line that begins with a program; any other line goes on within quotation marks.
    return [shlex.split(command) for command in re.split(r"\n(?=[a-z])", lines.strip())]


def _template(words):
    named = [word for word in words if word.endswith(".yaml")]
    return named[0].rsplit("/", 1)[1] if named else None


def _parameters(words):
    if "--parameters" in words:
        given = json.loads(words[words.index("--parameters") + 1])
        return {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in given}
    pairs = words[words.index("--parameter-overrides") + 1 :]
    return dict(pair.split("=", 1) for pair in pairs)
