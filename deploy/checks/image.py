"""Checks deploy/packages: Debian has each, a build links nothing else, nothing that scripts/setup brings is missed."""
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What every Debian has.
ESSENTIAL = {"libc6", "libgcc-s1"}
# What a package to build with does not itself name: the package to run with.
RUNS_WITH = {"libkrb5-dev": {"libkrb5-3"}}


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def listed():
    lines = (ROOT / "deploy" / "packages").read_text().splitlines()
    return [line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()]


def linked(binary):
    """Packages of the libraries that the command and Swift's libraries ask for by name."""
    paths = dict(re.findall(r"(\S+) => (/\S+)", output("ldd", binary)))
    files = [binary] + [path for path in paths.values() if "/swift/linux/" in path]
    wanted = {name for file in files for name in re.findall(r"NEEDED.*\[(.+)\]", output("readelf", "-d", file))}
    files = {pathlib.Path(path).resolve().name for name, path in paths.items()
             if name in wanted and "/swift/linux/" not in path}
    return set(re.findall(r"^([^:\s]+)", output("dpkg", "-S", *(f"*/{name}" for name in files)), re.MULTILINE))


def main():
    packages = listed()
    policy = output("apt-cache", "policy", *packages)
    known = set(re.findall(r"^(\S+):\n.*\n  Candidate: \d", policy, re.MULTILINE))
    found = [f"Debian has no {name}" for name in packages if name not in known]
    setup = re.sub(r"#.*", "", (ROOT / "scripts" / "setup").read_text())
    built_with = re.findall(r"\b(lib\S+-dev)\b", setup)
    depends = output("apt-cache", "depends", *built_with)
    for name, text in re.findall(r"^(\S+)\n((?:[ |].*\n?)*)", depends, re.MULTILINE):
        run_with = RUNS_WITH.get(name) or set(re.findall(r"Depends: (\S+)", text))
        if not run_with & set(packages):
            found.append(f"{name} is built with, and nothing of it is in deploy/packages")
    done = f"{len(packages)} packages"
    for build in ("release", "debug"):
        binary = ROOT / ".build" / build / "nightjar"
        if binary.is_file():
            missing = linked(str(binary)) - set(packages) - ESSENTIAL
            found += [f"the {build} build links {name}, which is not in deploy/packages" for name in sorted(missing)]
            done += f", the {build} build's libraries"
    print("\n".join(found) or done)
    return 1 if found else 0


if __name__ == "__main__":
    if shutil.which("apt-cache") is None:
        print("no Debian to ask")
        sys.exit(77)
    sys.exit(main())
