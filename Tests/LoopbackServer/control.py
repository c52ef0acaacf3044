"""Compute Engine, Cloud Run, Cloud Monitoring and Pub/Sub's permissions, as a conductor uses them, and the metadata server.

Each request is held to Google's own descriptions of the interfaces ("discovery documents", of google-api-python-client, whose
folder DISCOVERY names): path and method, the names of parameters, those that are required, the fields of the body with their
types. What is not as described is answered with 400, and so is an answer of this server that does not fit (500). It is no
Google Cloud: machines start at once, nobody is charged.

POST /set merges its JSON object into the state: machines, services, samples, topics, and `fail`: answers to give before all else.
GET /told lists the calls that changed something, each `ID RESOURCE`.
"""
import base64, copy, hashlib, json, os, re, sys, threading, time, urllib.parse
import server

DOCUMENTS = os.path.join(os.environ["DISCOVERY"], "googleapiclient/discovery_cache/documents")
TYPES = {"string": str, "integer": int, "boolean": bool, "number": (int, float)}
state = {"machines": {}, "services": {}, "samples": {}, "topics": {}, "fail": [], "slow": 0, "race": 0}
operations, told, lock = {}, [], threading.RLock()


class Refused(Exception):
    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.code = status, code


def methods(document):
    found = []

    def walk(part):
        for method in part.get("methods", {}).values():
            path = document["servicePath"] + (method.get("flatPath") or method["path"])
            pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/:]+)", re.escape(path))
            found.append((re.compile("/" + pattern), method))
        for other in part.get("resources", {}).values():
            walk(other)

    walk(document)
    return found


def load(name):
    with open(os.path.join(DOCUMENTS, f"{name}.json")) as file:
        document = json.load(file)
    return document, methods(document)


APIS = [load(name) for name in ("compute.v1", "run.v2", "monitoring.v3", "pubsub.v1")]


def misfits(value, schema, schemas, path):
    """Where a value is not of a schema of a discovery document."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"]]
    kind = schema.get("type", "any")
    if kind == "any":
        return []
    if kind == "object":
        if not isinstance(value, dict):
            return [f"{path} is no object"]
        fields, others = schema.get("properties", {}), schema.get("additionalProperties")
        found = []
        for name, part in value.items():
            if name not in fields and others is None:
                found.append(f"{path}.{name} is not described")
            else:
                found += misfits(part, fields.get(name, others), schemas, f"{path}.{name}")
        return found
    if kind == "array":
        if not isinstance(value, list):
            return [f"{path} is no list"]
        return [f for i, part in enumerate(value) for f in misfits(part, schema["items"], schemas, f"{path}[{i}]")]
    if isinstance(value, bool) != (kind == "boolean") or not isinstance(value, TYPES[kind]):
        return [f"{path} is {value!r}, not {kind}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{path} is {value!r}, none of {schema['enum']}"]
    if schema.get("format") in ("int64", "uint64") and not re.fullmatch(r"-?\d+", str(value)):
        return [f"{path} is {value!r}, no whole number"]
    if schema.get("format") == "google-datetime" and not re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", value):
        return [f"{path} is {value!r}, no time"]
    return []


def described(method, path, query, body):
    """The method that a request is one of, held to its description."""
    for document, known in APIS:
        for pattern, one in known:
            match = pattern.fullmatch(path)
            if not match or one["httpMethod"] != method:
                continue
            parameters = {n: p for n, p in one.get("parameters", {}).items() if p["location"] == "query"}
            every = {**document["parameters"], **parameters}
            faults = [f"the parameter {name} is not described" for name in query if name not in every]
            faults += [f"the parameter {n} lacks" for n, p in parameters.items() if p.get("required") and n not in query]
            for name, value in query.items():
                if name in every and "enum" in every[name] and value not in every[name]["enum"]:
                    faults.append(f"the parameter {name} is {value!r}")
                if name in every and every[name].get("type") == "boolean" and value not in ("true", "false"):
                    faults.append(f"the parameter {name} is {value!r}")
            if "request" in one:
                if body is None:
                    faults.append("there is no body")
                else:
                    faults += misfits(body, one["request"], document["schemas"], "body")
            elif body is not None:
                faults.append("there is a body")
            if faults:
                raise Refused(400, "INVALID_ARGUMENT", f"{one['id']}: {'; '.join(faults)}")
            parts = {n: urllib.parse.unquote(v) for n, v in match.groupdict().items()}
            return one, parts, document["schemas"]
    raise Refused(404, "NOT_FOUND", f"{method} {path} is no method of these interfaces")


def fingerprint(value):
    return base64.b64encode(hashlib.sha256(json.dumps(value, sort_keys=True).encode()).digest()[:8]).decode()


def stamp(when=None):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(when))


def operation(kind, finish):
    """Begins what ends after `slow` questions."""
    name = f"operation-{len(operations) + 1}"
    operations[name] = {"left": state["slow"], "finish": finish, "kind": kind}
    if state["slow"] == 0:
        finish()
    return name


def compute_operation(name):
    begun = operations[name]
    is_done = begun["left"] == 0
    answer = {"kind": "compute#operation", "id": "1", "name": name, "status": "DONE" if is_done else "RUNNING",
              "operationType": begun["kind"], "progress": 100 if is_done else 0}
    if is_done and begun.get("error"):
        answer["error"] = {"errors": [begun["error"]]}
    return answer


def pass_by(name):
    if name not in operations:
        raise Refused(404, "NOT_FOUND", f"no operation {name}")
    begun = operations[name]
    if begun["left"] > 0:
        begun["left"] -= 1
        if begun["left"] == 0:
            begun["finish"]()


def machine(parts):
    found = state["machines"].get(parts["instance"])
    if found is None or found.get("zone", parts["zone"]) != parts["zone"]:
        raise Refused(404, "NOT_FOUND", f"The resource 'instances/{parts['instance']}' was not found")
    return found


def metadata(found):
    items = [{"key": k, "value": v} for k, v in found.setdefault("metadata", {}).items()]
    return {"kind": "compute#metadata", "fingerprint": fingerprint(found["metadata"]), "items": items}


def instances_get(parts, query, body):
    found = machine(parts)
    answer = {"kind": "compute#instance", "name": parts["instance"], "status": found["status"],
              "metadata": metadata(found)}
    if "lastStop" in found:
        answer["lastStopTimestamp"] = stamp(found["lastStop"])
    return answer


def instances_setMetadata(parts, query, body):
    found = machine(parts)
    if state["race"] > 0:  # somebody else is first
        state["race"] -= 1
        found["metadata"][f"race-{state['race']}"] = "theirs"
    if body.get("fingerprint") != fingerprint(found["metadata"]):
        raise Refused(412, "FAILED_PRECONDITION", "Supplied fingerprint does not match current metadata fingerprint.")
    for item in body["items"]:
        if not re.fullmatch(r"[a-zA-Z0-9-_]{1,128}", item["key"]) or "value" not in item:
            raise Refused(400, "INVALID_ARGUMENT", f"metadata {item}")
    wanted = {item["key"]: item["value"] for item in body["items"]}
    return compute_operation(operation("setMetadata", lambda: found.update(metadata=wanted)))


def moved(status):
    def act(parts, query, body):
        found = machine(parts)

        def finish():
            if status == "TERMINATED" and found["status"] != status:
                found["lastStop"] = state.get("now", time.time())
            found["status"] = status
        name = operation("move", finish)
        if found.get("error") and status == "RUNNING":
            operations[name]["error"] = found["error"]
        return compute_operation(name)
    return act


def zoneOperations_get(parts, query, body):
    pass_by(parts["operation"])
    return compute_operation(parts["operation"])


def service(parts):
    found = state["services"].get(parts["servicesId"])
    if found is None:
        raise Refused(404, "NOT_FOUND", f"Resource '{parts['servicesId']}' of kind 'SERVICE' does not exist.")
    return found


def run_service(parts, found):
    name = f"projects/{parts['projectsId']}/locations/{parts['locationsId']}/services/{parts['servicesId']}"
    answer = {"name": name, "etag": fingerprint(found.get("scaling", {})), "reconciling": found.get("reconciling", False),
              "template": {"containers": [{"image": "i"}]},
              "terminalCondition": {"type": "Ready", "state": found.get("state", "CONDITION_SUCCEEDED")}}
    if "scaling" in found:
        answer["scaling"] = found["scaling"]
    if "message" in found:
        answer["terminalCondition"]["message"] = found["message"]
    return answer


def services_get(parts, query, body):
    return run_service(parts, service(parts))


def services_patch(parts, query, body):
    found = service(parts)
    if query.get("updateMask") != "scaling" or set(body) - {"scaling", "etag"}:
        raise Refused(400, "INVALID_ARGUMENT", f"mask {query.get('updateMask')} of {sorted(body)}")
    if state["race"] > 0:
        state["race"] -= 1
        found.setdefault("scaling", {})["maxInstanceCount"] = 90 + state["race"]
    if body.get("etag") != fingerprint(found.get("scaling", {})):
        raise Refused(409, "ABORTED", "Conflict for resource: version does not match")

    def finish():
        found["scaling"] = body["scaling"]
        found["revision"] = found.get("revision", 0) + (query.get("forceNewRevision") == "true")
    name = operation("patch", finish)
    place = f"projects/{parts['projectsId']}/locations/{parts['locationsId']}"
    return run_operation(f"{place}/operations/{name}", parts)


def run_operation(path, parts):
    begun = operations[path.split("/")[-1]]
    answer = {"name": path, "done": begun["left"] == 0}
    if state.get("refuse"):
        answer.update(done=True, error={"code": 9, "message": state["refuse"]})
    elif begun["left"] == 0:
        answer["response"] = {}
    return answer


def operations_get(parts, query, body):
    pass_by(parts["operationsId"])
    place = f"projects/{parts['projectsId']}/locations/{parts['locationsId']}"
    return run_operation(f"{place}/operations/{parts['operationsId']}", parts)


def timeSeries_list(parts, query, body):
    for name in ("filter", "interval.endTime", "interval.startTime", "view"):
        if name not in query:
            raise Refused(400, "INVALID_ARGUMENT", f"{name} lacks")
    if query["interval.startTime"] > query["interval.endTime"]:
        raise Refused(400, "INVALID_ARGUMENT", "the interval ends before it begins")
    wanted = re.fullmatch(
        r'metric\.type = "pubsub\.googleapis\.com/subscription/num_undelivered_messages" AND '
        r'resource\.type = "pubsub_subscription" AND resource\.labels\.subscription_id = one_of\(("[^"]+"(?:,"[^"]+")*)\)',
        query["filter"])
    if not wanted:
        raise Refused(400, "INVALID_ARGUMENT", f"the filter {query['filter']}")
    names = json.loads(f"[{wanted[1]}]")
    found = []
    for name in names:
        points = [{"interval": {"startTime": stamp(t), "endTime": stamp(t)}, "value": {"int64Value": str(v)}}
                  for t, v in sorted(state["samples"].get(name, []), reverse=True)
                  if query["interval.startTime"] < stamp(t) <= query["interval.endTime"]]
        if points:
            found.append({"metric": {"type": "pubsub.googleapis.com/subscription/num_undelivered_messages"},
                          "resource": {"type": "pubsub_subscription", "labels": {
                              "project_id": parts["projectsId"], "subscription_id": name}},
                          "metricKind": "GAUGE", "valueType": "INT64", "points": points})
    # A page has two series, so that all pages have to be asked for.
    start = int(query.get("pageToken", 0))
    answer = {"timeSeries": found[start : start + 2]}
    if start + 2 < len(found):
        answer["nextPageToken"] = str(start + 2)
    if state.get("partly"):
        answer["executionErrors"] = [{"code": 14, "message": state["partly"]}]
    return answer


def topic(parts):
    found = state["topics"].setdefault(parts["topicsId"], {"bindings": []})
    return found


def topics_getIamPolicy(parts, query, body):
    found = topic(parts)
    if query.get("options.requestedPolicyVersion") != "3":
        raise Refused(400, "INVALID_ARGUMENT", "conditions would be lost")
    policy = {"version": 3 if any("condition" in b for b in found["bindings"]) else 1, "etag": fingerprint(found)}
    if found["bindings"]:
        policy["bindings"] = found["bindings"]
    return policy


def topics_setIamPolicy(parts, query, body):
    found, wanted = topic(parts), body["policy"]
    if state["race"] > 0:
        state["race"] -= 1
        found["bindings"].append({"role": "roles/pubsub.viewer", "members": [f"user:race-{state['race']}@example.org"]})
    if wanted.get("etag") != fingerprint(found):
        raise Refused(409, "ABORTED", "There were concurrent policy changes.")
    everyone = {"allUsers", "allAuthenticatedUsers"}
    if state.get("sharing") == "restricted" and any(everyone & set(b["members"]) for b in wanted.get("bindings", [])):
        raise Refused(400, "FAILED_PRECONDITION", "One or more users named in the policy do not belong to a permitted customer.")
    found["bindings"] = wanted.get("bindings", [])
    return topics_getIamPolicy(parts, {"options.requestedPolicyVersion": "3"}, None)


ACTIONS = {
    "compute.instances.get": instances_get, "compute.instances.setMetadata": instances_setMetadata,
    "compute.instances.start": moved("RUNNING"), "compute.instances.stop": moved("TERMINATED"),
    "compute.instances.reset": moved("RUNNING"), "compute.zoneOperations.get": zoneOperations_get,
    "run.projects.locations.services.get": services_get, "run.projects.locations.services.patch": services_patch,
    "run.projects.locations.operations.get": operations_get, "monitoring.projects.timeSeries.list": timeSeries_list,
    "pubsub.projects.topics.getIamPolicy": topics_getIamPolicy, "pubsub.projects.topics.setIamPolicy": topics_setIamPolicy,
}


class Handler(server.Handler):
    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        parts = urllib.parse.urlsplit(self.path)
        with lock:
            try:
                if parts.path.startswith("/computeMetadata/"):
                    return self.machine(parts.path)
                answer = self.outside(parts.path, raw) if parts.path in ("/set", "/told", "/state") else \
                    self.call(parts, raw)
                self.answer(json.dumps(answer).encode())
            except Refused as refused:
                error = {"error": {"code": refused.status, "status": refused.code, "message": str(refused)}}
                self.answer(json.dumps(error).encode(), refused.status)

    def outside(self, path, raw):
        if path == "/set":
            state.update(json.loads(raw))
        return told if path == "/told" else state

    def machine(self, path):
        """The metadata server of a machine of its own."""
        assert self.headers.get("Metadata-Flavor") == "Google"
        texts = {"project/project-id": "night", "instance/name": "conductor",
                 "instance/zone": "projects/123/zones/us-central1-a"}
        text = state.get("identity", {}).get(path.removeprefix("/computeMetadata/v1/")) or \
            texts[path.removeprefix("/computeMetadata/v1/")]
        self.answer(text.encode(), Metadata_Flavor="Google")

    def call(self, parts, raw):
        pairs = urllib.parse.parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        if len({name for name, _ in pairs}) != len(pairs):
            raise Refused(400, "INVALID_ARGUMENT", "a parameter is given twice")
        body = None
        if raw:
            if not self.headers.get("Content-Type", "").startswith("application/json"):
                raise Refused(400, "INVALID_ARGUMENT", "the body is no JSON by its type")
            body = json.loads(raw)
        method, names, schemas = described(self.command, parts.path, dict(pairs), body)
        action = ACTIONS.get(method["id"])
        if action is None:
            raise Refused(501, "UNIMPLEMENTED", f"{method['id']} is not played here")
        if self.command != "GET":
            told.append(" ".join([method["id"]] + [v for n, v in names.items() if n in (
                "instance", "servicesId", "topicsId")]))
        if state["fail"]:
            fault = state["fail"].pop(0)
            if fault:
                raise Refused(fault["status"], fault["code"], fault.get("message", "said so by the test"))
        answer = copy.deepcopy(action(names, dict(pairs), body))
        faults = misfits(answer, method["response"], schemas, "answer")
        if faults:
            raise Refused(500, "INTERNAL", f"{method['id']}: {'; '.join(faults)}")
        return answer


sys.stdout.reconfigure(line_buffering=True)
server.serve(Handler)
