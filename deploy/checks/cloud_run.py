"""Checks the Cloud Run service files: fields and types by Google's description of run.v1, arguments by the contract."""
import json
import os
import pathlib
import string
import subprocess
import sys
import tempfile

import yaml

import contract
import references

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "cloud-run"
# As google.discovery names JSON's types.
TYPES = {"string": str, "integer": int, "boolean": bool, "number": (int, float)}


def misfits(value, schema, schemas, path):
    """Where `value` is not of `schema`."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"]]
    kind = schema["type"]
    if kind == "object":
        if not isinstance(value, dict):
            return [f"{path} is no mapping"]
        fields, others = schema.get("properties", {}), schema.get("additionalProperties")
        found = []
        for name, part in value.items():
            if name not in fields and others is None:
                found.append(f"{path}.{name} is unknown to Cloud Run")
            else:
                found += misfits(part, fields.get(name, others), schemas, f"{path}.{name}")
        return found
    if kind == "array":
        if not isinstance(value, list):
            return [f"{path} is no list"]
        return [fault for i, part in enumerate(value)
                for fault in misfits(part, schema["items"], schemas, f"{path}[{i}]")]
    if isinstance(value, bool) != (kind == "boolean") or not isinstance(value, TYPES[kind]):
        return [f"{path} is {value!r}, not {kind}"]
    return []


def check(stage, names, schemas):
    values = {
        "project": names.project, "region": "us-central1", "survey": names.survey, "suffix": names.suffix,
        "dataset": names.dataset, "image": "host/nightjar:1",
    }
    service = yaml.safe_load(string.Template((FOLDER / f"{stage}.yaml").read_text()).substitute(values))
    if found := misfits(service, {"$ref": "Service"}, schemas, stage):
        return found
    spec = service["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    found = contract.faults(container["args"], stage, names)
    port = container["ports"][0]["containerPort"]
    if f"0.0.0.0:{port}" != container["args"][container["args"].index("--http") + 1]:
        found.append("--http is not the container's port")
    for probe, path in (("startupProbe", "/readyz"), ("livenessProbe", "/healthz")):
        if container[probe]["httpGet"] != {"path": path, "port": port}:
            found.append(f"{probe} does not ask {path} on {port}")
        if container[probe]["timeoutSeconds"] > container[probe]["periodSeconds"]:
            found.append(f"{probe} waits longer than its period")
    audiences = service["metadata"]["annotations"].get("run.googleapis.com/custom-audiences", "[]")
    if json.loads(audiences) != [names.audience(stage)]:
        found.append(f"custom-audiences are {audiences}, not the one that the stage takes")
    if service["metadata"]["name"] != f"{names.survey}-{stage}{names.suffix}":
        found.append(f"is called {service['metadata']['name']}")
    if spec["serviceAccountName"].split("@")[0] != f"{names.survey}-{stage}{names.suffix}":
        found.append(f"runs as {spec['serviceAccountName']}")
    if not 0 < spec.get("timeoutSeconds", 0) < 600:
        found.append("timeoutSeconds is not within the acknowledgement deadline of 600 s")
    return [f"{stage}.yaml ({names.survey}{names.suffix}): {fault}" for fault in found]


def push_faults(names):
    """What cloud-run/push asks of gcloud, which is not there: the tokens must be those that the services take."""
    with tempfile.TemporaryDirectory() as folder:
        log, gcloud = pathlib.Path(folder) / "log", pathlib.Path(folder) / "gcloud"
        gcloud.write_text(f'#!/bin/sh\necho "$*" >>{log}\necho https://service.run.app\n')
        gcloud.chmod(0o755)
        words = ["--project", names.project, "--survey", names.survey]
        words += ["--test-id", names.test_id] if names.test_id else []
        subprocess.run([FOLDER / "push", *words], check=True, capture_output=True,
                       env={"PATH": f"{folder}:{os.environ['PATH']}"})
        asked = log.read_text().splitlines()
    found = []
    for stage in contract.STAGES:
        wanted = (f"pubsub subscriptions modify-push-config {names.subscription(stage)} --project {names.project} "
                  f"--push-endpoint https://service.run.app/ --push-auth-service-account {names.push_account} "
                  f"--push-auth-token-audience {names.audience(stage)}")
        if wanted not in asked:
            found.append(f"push ({names.survey}{names.suffix}): does not ask for '{wanted}'")
    return found


def main():
    schemas = references.discovery("run.v1")
    found = [fault for stage in contract.STAGES for names in contract.SETS for fault in check(stage, names, schemas)]
    found += [fault for names in contract.SETS for fault in push_faults(names)]
    print("\n".join(found) or f"{len(contract.STAGES)} services, each for {len(contract.SETS)} sets")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
