"""Checks the dashboards: Cloud Monitoring's by Google's description of monitoring.v1, Grafana's by its own library's model, the
queries of both by promtool, where it is installed."""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard, Panel, RowPanel
from grafana_foundation_sdk.models.prometheus import Dataquery
from grafana_foundation_sdk.models.timeseries import FieldConfig, Options

import cloud_run
import references

DEPLOY = pathlib.Path(__file__).resolve().parents[1]


def lost(given, kept, path="dashboard"):
    """What of a JSON value is not in another: what a model does not know, it leaves out."""
    if isinstance(given, dict) and isinstance(kept, dict):
        return [fault for name, value in given.items() for fault in (
            lost(value, kept[name], f"{path}.{name}") if name in kept else [f"{path}.{name} is unknown to Grafana"])]
    if isinstance(given, list) and isinstance(kept, list) and len(given) == len(kept):
        return [fault for i, pair in enumerate(zip(given, kept)) for fault in lost(*pair, f"{path}[{i}]")]
    return [] if given == kept else [f"{path} is {given!r}, and {kept!r} to Grafana"]


def through(model, value):
    return json.loads(json.dumps(model.from_json(value), cls=JSONEncoder))


def grafana():
    dashboard = json.loads((DEPLOY / "grafana" / "nightjar.json").read_text())
    found, places = lost({**dashboard, "panels": []}, through(Dashboard, {**dashboard, "panels": []})), []
    for number, panel in enumerate(dashboard["panels"]):
        path = f"panels[{number}]"
        if panel["type"] == "row":
            found += lost(panel, through(RowPanel, panel), path)
            continue
        # The parts that each type of panel has of its own.
        own = {"options": panel["options"], "custom": panel["fieldConfig"]["defaults"]["custom"]}
        found += lost(own["options"], through(Options, own["options"]), f"{path}.options")
        found += lost(own["custom"], through(FieldConfig, own["custom"]), f"{path}.custom")
        for target in panel["targets"]:
            found += lost(target, through(Dataquery, target), f"{path}.targets")
        plain = json.loads(json.dumps(panel))
        plain["targets"] = []
        found += lost(plain, through(Panel, plain), path)
        if not panel["targets"] or not panel["description"] or not panel["fieldConfig"]["defaults"]["unit"]:
            found.append(f"{path} has no query, unit or description")
        places += [(x, y) for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
                   for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])]
    if len({p["id"] for p in dashboard["panels"]}) != len(dashboard["panels"]):
        found.append("two panels have one id")
    if len(set(places)) != len(places) or max(x for x, _ in places) > 23:
        found.append("panels lie over each other or beyond the edge")
    queries = [t["expr"] for p in dashboard["panels"] for t in p.get("targets", [])]
    return found, [q.replace("$__rate_interval", "5m").replace("$instance", ".*") for q in queries]


def google():
    dashboard = json.loads((DEPLOY / "monitoring" / "nightjar.json").read_text())
    found = cloud_run.misfits(dashboard, {"$ref": "Dashboard"}, references.discovery("monitoring.v1"), "dashboard")
    places, queries = [], []
    for tile in dashboard["mosaicLayout"]["tiles"]:
        x, y = tile.get("xPos", 0), tile.get("yPos", 0)
        places += [(i, j) for i in range(x, x + tile["width"]) for j in range(y, y + tile["height"])]
        for part in tile["widget"].get("xyChart", {}).get("dataSets", []):
            queries.append(part["timeSeriesQuery"]["prometheusQuery"])
    if len(set(places)) != len(places) or max(x for x, _ in places) >= dashboard["mosaicLayout"]["columns"]:
        found.append("tiles lie over each other or beyond the edge")
    if len(dashboard["mosaicLayout"]["tiles"]) > 100:
        found.append("more than 100 widgets")
    return found, queries


def parsed(queries):
    if shutil.which("promtool") is None:
        return []
    rules = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(queries)]
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        # JSON is YAML.
        json.dump({"groups": [{"name": "queries", "rules": rules}]}, file)
        file.flush()
        run = subprocess.run(["promtool", "check", "rules", file.name], capture_output=True, text=True)
    return [] if run.returncode == 0 else [run.stdout + run.stderr]


def main():
    found, queries = zip(*(part() for part in (grafana, google)))
    every = [query for part in queries for query in part]
    faults = [fault for part in found for fault in part] + parsed(every)
    print("\n".join(faults) or f"2 dashboards, {len(every)} queries")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
