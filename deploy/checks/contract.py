"""What the command takes, and what the broker's things on Google Cloud are called, as the deployment relies on them."""
import pathlib
import re
import subprocess
from dataclasses import dataclass

STREAMS = ["alert_data", "alert_avro_bucket", "exgalac_trans", "salt2", "dead_letters"]
STAGES = ["archive", "table", "filter", "salt2"]
# Users' filters of a set, by the stage that publishes what they pass; streams like the others.
FILTERS = {"filter": ["near_galaxy", "young"], "salt2": ["good_fit"]}

# Options with a value, and flags, of `nightjar consume` and `nightjar stage NAME`.
COMMON = {"dead-letters": r"pubsub://[^/]+/[^/]+", "config": r"gs://[^/]+/.+\.json5"}
CONSUME = COMMON | {
    "to": r"pubsub://[^/]+/[^/]+", "group": r".+", "start": r".+", "kafka-property": r"[^=]+=.*",
    "kafka-properties": r"/.+", "krb5-conf": r"/.+", "night": r"\d{8}", "schemas": r"/.+", "schema-registry": r"https?://.+",
}
STAGE = COMMON | {
    "from": r"pubsub://[^/]+/[^/]+", "http": r"0\.0\.0\.0:\d+", "health": r":\d+",
    "audience": r"nightjar/[^/]+/[^/]+", "service-account": r"[^@]+@[^@]+\.iam\.gserviceaccount\.com",
    "workers": r"[1-9]\d*", "to": r"[a-z]+://.+",
    "batch": r"[1-9]\d*", "merge-every": r"[1-9]\d*", "until-idle": r"[1-9]\d*", "schemas": r"/.+",
    "schema-registry": r"https?://.+",
}
JUDGING = {"filters": r"/.+", "catalogues": r"/.+", "classifiers": r"/.+"}
OF_STAGE = {
    "archive": {"to": r"gs://[^/]+"},
    "table": {"to": r"bigquery://[^/]+/[^/]+"},
    "filter": {"to": r"pubsub://[^/]+/[^/]+", "table": r"bigquery://[^/]+/[^/]+", **JUDGING},
    "salt2": {
        "to": r"pubsub://[^/]+/[^/]+", "table": r"bigquery://[^/]+/[^/]+", "plot-bucket": r"gs://[^/]+",
        "cutouts": r"gs://[^/]+", "models": r"/.+", **JUDGING,
    },
}
FLAGS = {"consume": {"follow", "until-end"}, "filter": {"pure"}, "salt2": {"pure", "no-plots"}}
BOTH = {"json", "quiet"}


@dataclass(frozen=True)
class Names:
    """A set's names: production, or a test set beside it."""

    project: str
    survey: str
    test_id: str = ""

    @property
    def suffix(self):
        return f"-{self.test_id}" if self.test_id else ""

    def topic(self, stream):
        assert stream in STREAMS or any(stream in names for names in FILTERS.values())
        return f"{self.survey}_{stream}{self.suffix}"

    def subscription(self, stage):
        stream = "exgalac_trans" if stage == "salt2" else "alert_data"
        return f"{self.survey}_{stream}-{stage}{self.suffix}"

    @property
    def archive_bucket(self):
        return f"{self.project}_{self.survey}_alert_avro_bucket{self.suffix}"

    @property
    def plot_bucket(self):
        return f"{self.project}_{self.survey}-sncosmo{self.suffix}"

    @property
    def files_bucket(self):
        return f"{self.project}-broker_files{self.suffix}"

    @property
    def dataset(self):
        return f"{self.survey}_alerts" + (f"_{self.test_id}" if self.test_id else "")

    def audience(self, stage):
        """For whom the tokens are that come with the pushes to a stage's service."""
        return f"nightjar/{self.project}/{self.survey}-{stage}{self.suffix}"

    @property
    def push_account(self):
        """Whose tokens come with the pushes."""
        return f"{self.survey}-push{self.suffix}@{self.project}.iam.gserviceaccount.com"

    def expected(self, job):
        """Where a job must read and write, by option."""
        stream = lambda name: f"pubsub://{self.project}/{self.topic(name)}"
        tables = f"bigquery://{self.project}/{self.dataset}"
        own = {
            "consume": {"to": stream("alert_data")},
            "archive": {"to": f"gs://{self.archive_bucket}"},
            "table": {"to": tables},
            "filter": {"to": stream("exgalac_trans"), "table": tables},
            "salt2": {
                "to": stream("salt2"), "table": tables, "plot-bucket": f"gs://{self.plot_bucket}",
                "cutouts": f"gs://{self.archive_bucket}",
            },
        }[job]
        return own | {
            "dead-letters": stream("dead_letters"), "config": f"gs://{self.files_bucket}/{self.survey}.json5",
        }


SETS = [Names("proj-1", survey, test_id) for survey in ("ztf", "lsst") for test_id in ("", "t1")]


def faults(arguments, job, names):
    """What is wrong with a command's arguments, as texts; none where they keep to the contract."""
    words = list(arguments)
    found = []
    head = ["consume"] if job == "consume" else ["stage", job]
    if words[:len(head)] != head:
        return [f"begins {words[:2]}, not {head}"]
    words = words[len(head):]
    if job == "consume":
        address = words.pop(0) if words else ""
        if not re.fullmatch(r"kafka://[^/]+:\d+/.+", address):
            found.append(f"'{address}' is no kafka://HOST:PORT/TOPIC")
    known = CONSUME if job == "consume" else STAGE | OF_STAGE[job]
    options = {}
    while words:
        word = words.pop(0)
        name = word.removeprefix("--")
        if word == name:
            found.append(f"'{word}' is no option")
        elif name in FLAGS.get(job, set()) | BOTH:
            options[name] = ""
        elif name not in known:
            found.append(f"{word} is not an option of {' '.join(head)}")
        elif not words:
            found.append(f"{word} lacks its value")
        else:
            options[name] = words.pop(0)
            if not re.fullmatch(known[name], options[name]):
                found.append(f"{word} {options[name]} is not of the form {known[name]}")
    if job != "consume" and ("from" in options) == ("http" in options):
        found.append("needs one of --from and --http")
    if "http" in options and "health" in options:
        found.append("--http answers for its health itself")
    pushed = {"audience": names.audience(job), "service-account": names.push_account} if "http" in options else {}
    for name in ("audience", "service-account"):
        if options.get(name) != pushed.get(name):
            found.append(f"--{name} is {options.get(name)}, not {pushed.get(name)}")
    if "from" in options and options["from"] != f"pubsub://{names.project}/{names.subscription(job)}":
        found.append(f"reads {options['from']}")
    for name, value in names.expected(job).items():
        if options.get(name) != value:
            found.append(f"--{name} is {options.get(name)}, not {value}")
    return found + refused(arguments)


def refused(arguments):
    """What a build of the command does not take of these, as texts; none where there is no build."""
    root = pathlib.Path(__file__).resolve().parents[2] / ".build"
    builds = [root / kind / "nightjar" for kind in ("debug", "release") if (root / kind / "nightjar").exists()]
    if not builds:
        return []
    # Words are sorted before anything is done: the first that is unknown is named, and it must be this one.
    run = subprocess.run([builds[0], *arguments, "--last-word"], capture_output=True, text=True, timeout=60)
    return [] if "--last-word" in run.stderr else [f"nightjar says: {run.stderr.strip()[:200]}"]
