"""Checks the Terraform modules without Google's provider: references, the provider's fields, and the values of locals.

Every variable, local, resource and `each` that is referred to must exist; every block and argument must be one of the
provider 6.50 and none that it demands may be missing; the names that the module computes must be those of the contract.
It is no substitute for `terraform validate`, which needs the provider itself.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import hcl2

import contract
import references

DEPLOY = pathlib.Path(__file__).resolve().parents[1]
# What Terraform itself understands within any resource.
META = {"for_each", "count", "depends_on", "lifecycle", "provider", "dynamic", "__is_block__", "__comments__"}
NATIVE = "@cdktf/provider-google."


def load(module):
    """A module's blocks: kind -> list of parsed bodies, over its files."""
    blocks = {}
    for path in sorted((DEPLOY / "terraform" / module).glob("*.tf")):
        with open(path) as file:
            for kind, bodies in hcl2.load(file).items():
                blocks.setdefault(kind, []).extend(bodies)
    return blocks


def unquoted(name):
    return name.strip('"')


def named(bodies):
    """(type, name, body) of `resource` or `data` blocks."""
    for block in bodies:
        for kind, names in block.items():
            if kind != "__is_block__":
                for name, body in names.items():
                    if name != "__is_block__":
                        yield unquoted(kind), unquoted(name), body


def texts(value):
    """Every text in a parsed body."""
    if isinstance(value, dict):
        value = [part for name, part in value.items() if name != "__comments__"]
    if isinstance(value, list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, str):
        yield value


def reference_faults(module, blocks):
    variables = {unquoted(name) for block in blocks.get("variable", []) for name in block if name != "__is_block__"}
    locals_ = {name for block in blocks.get("locals", []) for name in block if name != "__is_block__"}
    resources = {(kind, name) for kind, name, _ in named(blocks.get("resource", []))}
    data = {(kind, name) for kind, name, _ in named(blocks.get("data", []))}
    found, used = [], set()
    for text in texts(blocks):
        for name in re.findall(r"(?<![\w.])var\.(\w+)", text):
            used.add(name)
            if name not in variables:
                found.append(f"{module}: var.{name} is not declared")
        for name in re.findall(r"(?<![\w.])local\.(\w+)", text):
            if name not in locals_:
                found.append(f"{module}: local.{name} is not defined")
        for pair in re.findall(r"(?<![\w.])data\.(google_\w+)\.(\w+)", text):
            if pair not in data:
                found.append(f"{module}: there is no data {'.'.join(pair)}")
        for pair in re.findall(r"(?<![\w.])(google_\w+)\.(\w+)", text):
            if pair not in resources:
                found.append(f"{module}: there is no resource {'.'.join(pair)}")
    found += [f"{module}: var.{name} is never used" for name in sorted(variables - used)]
    for kind, name, body in named(blocks.get("resource", [])):
        if "for_each" not in body and any(re.search(r"(?<![\w.])each\.", text) for text in texts(body)):
            found.append(f"{module}: {kind}.{name} uses each without for_each")
    return found


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def struct(type_, types):
    """The struct behind a property's type, or None where it is a plain value."""
    if "fqn" in type_:
        found = types.get(type_["fqn"])
        return found if found and found["kind"] == "interface" else None
    if "collection" in type_:
        return struct(type_["collection"]["elementtype"], types)
    for choice in type_.get("union", {}).get("types", []):
        if (found := struct(choice, types)) is not None:
            return found
    return None


def field_faults(body, interface, types, path):
    """Arguments and blocks of `body` that the provider does not know, and those it demands and does not find."""
    fields = {field["name"]: field for field in interface.get("properties", [])}
    given = {unquoted(name): value for name, value in body.items() if unquoted(name) not in META}
    for dynamic in body.get("dynamic", []):
        for name, block in dynamic.items():
            if name != "__is_block__":
                given[unquoted(name)] = block["content"]
    found = []
    for name, value in given.items():
        field = fields.get(camel(name))
        if field is None:
            found.append(f"{path} has no {name}")
            continue
        inner = struct(field["type"], types)
        is_block = isinstance(value, list) and value and isinstance(value[0], dict) and "__is_block__" in value[0]
        if is_block and inner is None:
            found.append(f"{path}.{name} is no block")
        elif is_block:
            for block in value:
                found += field_faults(block, inner, types, f"{path}.{name}")
    demanded = {name for name, field in fields.items() if not field.get("optional")}
    return found + [f"{path} lacks {name}" for name in sorted(demanded - {camel(name) for name in given})]


def place(group, kind):
    """What the provider's description calls a resource or data source, without its last word."""
    name = camel(f"data_{kind}" if group == "data" else kind.removeprefix("google_"))
    return f"{NATIVE}{name}.{name[0].upper()}{name[1:]}"


def provider_faults(module, blocks, types):
    found = []
    for group in ("resource", "data"):
        for kind, name, body in named(blocks.get(group, [])):
            config = types.get(place(group, kind) + "Config")
            if config is None:
                found.append(f"{module}: the provider has no {group} {kind}")
            else:
                found += field_faults(body, config, types, f"{module}: {kind}.{name}")
    for text in texts(blocks):
        for data, kind, name, field in re.findall(
                r"(?<![\w.])(data\.)?(google_\w+)\.(\w+)(?:\[[^\]]*\])?\.(\w+)", text):
            thing = types.get(place("data" if data else "resource", kind), {})
            if camel(field) not in {known["name"] for known in thing.get("properties", [])}:
                found.append(f"{module}: {data}{kind}.{name} has no {field}")
    return found


def evaluated(names):
    """The broker module's own values, as Terraform computes them; without what comes from the cloud."""
    with tempfile.TemporaryDirectory() as folder:
        module = pathlib.Path(folder) / "terraform" / "broker"
        module.mkdir(parents=True)
        (pathlib.Path(folder) / "cloud-run").symlink_to(DEPLOY / "cloud-run")
        for path in (DEPLOY / "terraform" / "broker").glob("*.tf"):
            text = path.read_text()
            parts = re.findall(r"^(?:locals|variable [^\n]*) \{\n.*?^\}\n", text, re.MULTILINE | re.DOTALL)
            own = [re.sub(r"^.*(?:google_|data\.).*\n", "", part, flags=re.MULTILINE) for part in parts]
            (module / path.name).write_text("\n".join(own))
        wanted = "archive_bucket plot_bucket files_bucket dataset topics subscriptions services fleets publications fillers"
        question = "jsonencode({" + ", ".join(f"{name} = local.{name}" for name in wanted.split()) + "})\n"
        command = ["terraform", "console"]
        for name, value in {"project": names.project, "survey": names.survey, "test_id": names.test_id, "image": "i:1",
                            "filters": json.dumps(filters(names, "filter")),
                            "fit_filters": json.dumps(filters(names, "salt2")),
                            "kafka": "kafka://h:1/t", "stage_vms": "{}" if names.test_id else "{salt2 = 4}"}.items():
            command += ["-var", f"{name}={value}"]
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder}
        run = subprocess.run(command, input=question, cwd=module, env=environment, capture_output=True, text=True)
        if run.returncode != 0:
            raise RuntimeError(run.stderr.strip())
        return json.loads(json.loads(run.stdout))


def filters(names, stage):
    """The filters of a set: production has none, so that both are looked at."""
    return contract.FILTERS[stage] if names.test_id else []


def value_faults(names):
    values = evaluated(names)
    own = {stage: filters(names, stage) for stage in contract.FILTERS}
    expected = {
        "topics": {stream: names.topic(stream) for stream in contract.STREAMS + own["filter"] + own["salt2"]},
        "subscriptions": {stage: names.subscription(stage) for stage in contract.STAGES},
        "archive_bucket": names.archive_bucket, "plot_bucket": names.plot_bucket,
        "files_bucket": names.files_bucket, "dataset": names.dataset,
    }
    found = [f"local.{key} is {values[key]}, not {value}" for key, value in expected.items() if values[key] != value]
    for stage, streams in own.items():
        published = {entry["stream"] for entry in values["publications"].values() if entry["job"] == stage}
        wanted = {names.expected(stage)["to"].split("_", 1)[1].removesuffix(names.suffix), "dead_letters", *streams}
        if published != wanted:
            found.append(f"{stage} publishes {sorted(published)}, not {sorted(wanted)}")
    if ("filter" in values["fillers"]) != bool(own["filter"]):
        found.append(f"{sorted(values['fillers'])} fill tables")
    on_machines = set() if names.test_id else {"salt2"}
    if set(values["services"]) != set(contract.STAGES) - on_machines:
        found.append(f"services are {sorted(values['services'])}")
    if set(values["fleets"]) != {"consumer"} | on_machines:
        found.append(f"fleets are {sorted(values['fleets'])}")
    for stage, service in values["services"].items():
        found += contract.faults(service["spec"]["template"]["spec"]["containers"][0]["args"], stage, names)
    return [f"broker ({names.survey}{names.suffix}): {fault}" for fault in found]


def main():
    modules = {name: load(name) for name in ("project", "broker")}
    types = references.terraform_provider()
    found = [fault for name, blocks in modules.items()
             for fault in reference_faults(name, blocks) + provider_faults(name, blocks, types)]
    resources = sum(1 for blocks in modules.values() for _ in named(blocks.get("resource", [])))
    done = f"{resources} resources by the provider's fields"
    if shutil.which("terraform"):
        found += [fault for names in contract.SETS for fault in value_faults(names)]
        done += f", the names of {len(contract.SETS)} sets"
    else:
        done += "; names not computed: no terraform"
    print("\n".join(found) or done)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
