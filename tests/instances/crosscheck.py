#!/usr/bin/env python3
"""Holds the instances that the tests made to another implementation: Python's `jsonschema`.

    python3 -m venv target/crosscheck
    target/crosscheck/bin/pip install --quiet 'jsonschema==4.26.0' regex
    target/crosscheck/bin/python tests/instances/crosscheck.py target/tmp

The tests of `tests/instances/` leave the instances in the folder of temporary files of the target folder, one schema a line.
Every valid instance must be accepted here, every invalid one refused. What this implementation cannot judge is counted, never
passed over in silence. Exit code 1 where the two disagree, or where nothing was judged.
"""

import json
import os
import pathlib
import sys

import jsonschema
import regex
from jsonschema import _keywords, _utils
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

BASE = "https://document.invalid/openapi.json"


class Unjudged(Exception):
    """What this implementation cannot judge, and why."""


def ecma(pattern):
    """An ECMA 262 pattern for the `regex` module: `\\d`, `\\w` are ASCII, `$` is the very end."""
    out, at, in_class = [], 0, False
    while at < len(pattern):
        char = pattern[at]
        if char == "\\" and at + 1 < len(pattern):
            following = pattern[at + 1]
            plain = {"d": "0-9", "w": "A-Za-z0-9_"}.get(following)
            space = r"\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
            if plain:
                out.append(plain if in_class else f"[{plain}]")
            elif following in "DW" and not in_class:
                out.append("[^" + {"D": "0-9", "W": "A-Za-z0-9_"}[following] + "]")
            elif following == "s":
                out.append(space if in_class else f"[{space}]")
            elif following == "S" and not in_class:
                out.append(f"[^{space}]")
            elif following == "c" and at + 2 < len(pattern):
                out.append(f"\\x{ord(pattern[at + 2]) % 32:02x}")
                at += 1
            elif following == "Z":
                out.append(r"\Z")
            elif following == "/":
                out.append("/")
            else:
                out.append(char + following)
            at += 2
            continue
        if char == "[" and not in_class:
            in_class = True
        elif char == "]":
            in_class = False
        elif char == "$" and not in_class:
            char = r"\Z"
        elif char == "[" and in_class:
            char = r"\["
        out.append(char)
        at += 1
    try:
        return regex.compile("".join(out).replace("(?<", "(?P<").replace("(?P<=", "(?<=").replace("(?P<!", "(?<!"))
    except regex.error as error:
        raise Unjudged(f"pattern {pattern!r}: {error}") from error


PATTERNS = {}


def matches(pattern, text):
    if pattern not in PATTERNS:
        PATTERNS[pattern] = ecma(pattern)
    return PATTERNS[pattern].search(text)


class Ecma:
    """Stands for `re` in the implementation, which reads patterns as Python does."""

    search = staticmethod(matches)


_keywords.re = Ecma
_utils.re = Ecma
Checker = jsonschema.Draft202012Validator


def uses(schema, name):
    if isinstance(schema, dict):
        return name in schema or any(uses(value, name) for value in schema.values())
    return isinstance(schema, list) and any(uses(value, name) for value in schema)


def remotes():
    folder = pathlib.Path(os.environ.get("PROOFMARK_CORPORA", "")) / "json-schema-test-suite/remotes"
    old = ("draft3", "draft4", "draft6", "draft7", "draft2019-09", "v1")
    for path in sorted(folder.rglob("*.json")) if folder.is_dir() else []:
        name = path.relative_to(folder).as_posix()
        if not name.startswith(old):
            resource = Resource.from_contents(json.loads(path.read_text()), default_specification=DRAFT202012)
            yield f"http://localhost:1234/{name}", resource


def judge(validator, line, counts, wrong):
    for sort, wanted in (("valid", True), ("invalid", False)):
        for value in line[sort]:
            try:
                accepted = validator.is_valid(value)
            except Unjudged as error:
                counts["unjudged"] += 1
                wrong["unjudged"].add(str(error)[:100])
                continue
            except RecursionError:
                counts["unjudged"] += 1
                wrong["unjudged"].add("recursion")
                continue
            counts[sort] += 1
            if accepted != wanted:
                wrong["disagree"].append(f"{line['about']}: {sort}, yet not so here: {json.dumps(value)[:300]}")


def check(path, registry, counts, wrong):
    document = registry
    with open(path, encoding="utf-8", newline="\n") as lines:
        for text in lines:
            line = json.loads(text)
            if "root" in line:
                resource = Resource.from_contents(line["root"], default_specification=DRAFT202012)
                document = registry.with_resource(BASE, resource)
                continue
            # Formats, and the older form of the dependent keywords, are not asserted by this implementation.
            schema = line.get("schema", {"$ref": f"{BASE}#{line.get('pointer', '')}"})
            if line.get("formats") or uses(schema, "dependencies"):
                counts["unjudged"] += len(line["valid"]) + len(line["invalid"])
                wrong["unjudged"].add("formats and `dependencies`")
                continue
            if "pointer" in line:
                escaped = line["pointer"].replace("%", "%25").replace(" ", "%20").replace("{", "%7B").replace("}", "%7D")
                schema = {"$ref": f"{BASE}#{escaped}"}
            judge(Checker(schema, registry=document), line, counts, wrong)


def main(folder):
    registry = Registry().with_resources(remotes())
    counts = {"valid": 0, "invalid": 0, "unjudged": 0}
    wrong = {"disagree": [], "unjudged": set()}
    files = sorted(pathlib.Path(folder).glob("instances-*.ndjson"))
    for path in files:
        check(path, registry, counts, wrong)
    print(f"{len(files)} files: {counts['valid']} valid and {counts['invalid']} invalid instances agreed on or not:"
          f" {len(wrong['disagree'])} disagreements; {counts['unjudged']} not judged")
    for reason in sorted(wrong["unjudged"]):
        print(f"  not judged: {reason}")
    for line in wrong["disagree"][:40]:
        print(f"  {line}")
    return 1 if wrong["disagree"] or counts["valid"] == 0 or counts["invalid"] == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "target/tmp"))
