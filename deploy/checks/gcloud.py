"""Checks the gcloud commands in the scripts and in README.md: that each exists and knows the options given to it."""
import json
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

DEPLOY = pathlib.Path(__file__).resolve().parents[1]
SOURCES = ["cloud-run/deploy", "cloud-run/push", "vm/startup", "README.md"]


def commands(text):
    """Every gcloud command in a text, as words."""
    text = re.sub(r"\\\n\s*", " ", text)
    for line in text.splitlines():
        if line.lstrip().startswith("#"):
            continue
        for match in re.finditer(r"(?:^|\$\(|`|; )\s*(gcloud [a-z].*)", line):
            command = re.split(r"\)$|`|  #", match.group(1))[0]
            # gcloud wants an id of the right form.
            words = shlex.split(re.sub(r"\$\{?\w+\}?", "x", command))
            yield ["project-1" if before == "--project" else word for before, word in zip(["", *words], words)]


def known(structure):
    """The names of options and places in gcloud's description of a command."""
    for argument in structure.get("arguments", []):
        if "name" in argument:
            yield argument["name"].lstrip("-")
        yield from known(argument.get("group", {}))


def fault(words):
    question = ["gcloud", "meta", "lint-gcloud-commands", "--command-string", shlex.join(words)]
    run = subprocess.run(question, capture_output=True, text=True)
    shown = shlex.join(words)
    try:
        (answer,) = json.loads(run.stdout)
    except ValueError:
        return f"{shown}: gcloud says {(run.stderr or run.stdout).strip()[:200]}"
    if not answer["success"]:
        return f"{shown}: {answer['error_message']}"
    names = set(known(answer["args_structure"]))
    for word in words:
        if word.startswith("--") and word[2:].split("=")[0] not in names:
            return f"{shown}: no option {word}"
    return None


def main():
    if shutil.which("gcloud") is None:
        print("gcloud is not there to ask")
        return 77
    every = {tuple(words) for source in SOURCES for words in commands((DEPLOY / source).read_text())}
    found = [text for words in sorted(every) if (text := fault(list(words)))]
    print("\n".join(found) or f"{len(every)} commands")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
