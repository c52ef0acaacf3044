"""Checks what a VM starts: vm/start's arguments by the contract, and that all who speak of the environment agree."""
import pathlib
import re
import subprocess
import sys

import contract

DEPLOY = pathlib.Path(__file__).resolve().parents[1]


def arguments(job, names, topic=""):
    """What vm/start gives to the command."""
    environment = {
        "PATH": "/usr/bin:/bin", "NIGHTJAR": str(DEPLOY / "checks" / "recorder"), "NIGHTJAR_WORKERS": "3",
        "NIGHTJAR_PROJECT": names.project, "NIGHTJAR_SURVEY": names.survey, "NIGHTJAR_SUFFIX": names.suffix,
        "NIGHTJAR_KAFKA": "kafka://host:9092/^ztf_[0-9]{8}_programid1", "NIGHTJAR_GROUP": "someone-nightjar",
        "NIGHTJAR_TOPIC": topic,
    }
    run = subprocess.run([DEPLOY / "vm" / "start", job], env=environment, capture_output=True, check=True)
    return run.stdout.decode().split("\0")[:-1]


def environment_faults():
    lists = re.compile(r"^\s*((?:NIGHTJAR|KRB5)_[A-Z_]+)=", re.MULTILINE)
    described = set(lists.findall((DEPLOY / "vm" / "environment").read_text()))
    written = set(lists.findall((DEPLOY / "terraform" / "broker" / "machines.tf").read_text()))
    used = {
        name for script in ("start", "startup")
        for name in re.findall(r"\b(NIGHTJAR_[A-Z_]+)", (DEPLOY / "vm" / script).read_text())
    }
    found = [f"vm/environment does not tell of {name}" for name in sorted((used | written) - described)]
    found += [f"machines.tf does not write {name}" for name in sorted(described - written)]
    return found + [f"no script reads {name}" for name in sorted(described - used - {"KRB5_CONFIG"})]


def main():
    found = environment_faults()
    for names in contract.SETS:
        for job in ["consume", *contract.STAGES]:
            found += [f"vm/start {job} ({names.survey}{names.suffix}): {fault}"
                      for fault in contract.faults(arguments(job, names), job, names)]
        for topic, wanted in (("", "^ztf_[0-9]{8}_programid1"), ("ztf_20240915_programid1",) * 2):
            if f"kafka://host:9092/{wanted}" not in arguments("consume", names, topic):
                found.append(f"vm/start consume: with the topic '{topic}' it does not read {wanted}")
    print("\n".join(found) or f"5 jobs, each for {len(contract.SETS)} sets")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
