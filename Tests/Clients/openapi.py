"""Holds an OpenAPI document to its specification, and answers to the document.

    openapi.py BASE QUERY...

Asks BASE/api/v1/openapi.json, and each QUERY (STATUS PATH); prints a line for each answer that is sound, and how many of the
document's paths were asked. All are to be asked, but for those of a query "skip PATH"; "skip *" leaves out all others.
"""

import json
import re
import sys
import urllib.error
import urllib.request

from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012


def ask(address):
    try:
        with urllib.request.urlopen(address, timeout=120) as answer:
            kind = answer.headers.get_content_type()
            if kind == "text/event-stream":  # it has no end: the first event is enough
                return answer.status, kind, next(line for line in answer if line.startswith(b"data: "))
            return answer.status, kind, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get_content_type(), error.read()


def template(document, path):
    """The path of the document that a request's path is one of."""
    for known in document["paths"]:
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(known)), path.split("?")[0]):
            return known
    return None


base, queries = sys.argv[1].rstrip("/"), sys.argv[2:]
status, kind, body = ask(base + "/api/v1/openapi.json")
assert (status, kind) == (200, "application/json"), (status, kind)
document = json.loads(body)
OpenAPIV31SpecValidator(document).validate()
name = "urn:nightjar:openapi"
registry = Registry().with_resource(name, Resource(contents=document, specification=DRAFT202012))


def faults(pointer, value):
    """What is wrong with a value by a schema of the document."""
    validator = Draft202012Validator({"$ref": f"{name}#{pointer}"}, registry=registry)
    return [f"{list(fault.absolute_path)}: {fault.message[:300]}" for fault in validator.iter_errors(value)]


# A check that finds nothing wrong would say so of everything.
assert faults("/components/schemas/Problem", {"type": 1}) and faults("/components/schemas/Nights", {"nights": [{}]})
asked, skipped = set(), set()
for query in queries:
    expected, path = query.split(" ", 1)
    if expected == "skip":
        skipped |= set(document["paths"]) if path == "*" else {path}
        continue
    status, kind, body = ask(base + path)
    assert status == int(expected), f"{path}: {status} {body[:400]}"
    known = template(document, path)
    if status == 404 and known is None:
        known, pointer = "(unknown)", "/components/schemas/Problem"
    else:
        assert known, f"{path} is not in the document"
        answer = document["paths"][known]["get"]["responses"].get(str(status))
        assert answer, f"{path}: the document knows no {status}"
        assert kind in answer["content"], f"{path}: {kind} is not one of {list(answer['content'])}"
        steps = ["paths", known, "get", "responses", str(status), "content", kind, "schema"]
        pointer = "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)
    if kind.endswith("json"):
        found = faults(pointer, json.loads(body))
        assert not found, f"{path}: {found[:5]}"
    if status == 200:
        asked.add(known)
    print(status, path)
missing = sorted(set(document["paths"]) - asked - skipped)
assert not missing, f"these paths were not asked: {missing}"
print(len(asked), "paths")
