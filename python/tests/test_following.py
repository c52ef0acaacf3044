"""Streams, each with its real server: Kafka fed by `nightjar run --publish`, Pub/Sub's emulator, and data folders."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from conftest import PYTHON, REPOSITORY, Command, free_port
from nightjar import data
from nightjar._avro import container
from nightjar.following import Message, StreamError, follow


def lines(output: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


# -- Kafka


@pytest.fixture(scope="module")
def published(command: Command, kafka: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose run read a stream of 200 alerts from Kafka and published its products there."""
    topic = f"kafka://{kafka}/ztf_20240916_programid1"
    models = REPOSITORY / "models"
    command("simulate", "--alerts", "200", "--seed", "7", "--night", "20240916", "--to", topic, "--partitions", "2",
            "--models", models, "--quiet")  # fmt: skip
    folder = tmp_path_factory.mktemp("kafka-data") / "night"
    command("run", topic, "--data", folder, "--group", "tests", "--start", "earliest", "--publish",
            f"kafka://{kafka}/", "--models", models, "--no-plots", "--quiet")  # fmt: skip
    return folder


def test_published_products(published: Path, kafka: str) -> None:
    with data.open(published) as folder:
        expected = {message["candid"]: message for message in folder.topic("ztf_exgalac_trans")}
        fitted = {message["alert"]["candid"] for message in folder.topic("ztf_salt2")}
    assert len(expected) > 10 and len(fitted) > 2
    with follow(f"kafka://{kafka}/ztf_exgalac_trans,ztf_salt2", from_start=True, timeout=3) as stream:
        found = list(stream)
    assert {message.topic for message in found} == {"ztf_exgalac_trans", "ztf_salt2"}
    passed = [message for message in found if message.topic == "ztf_exgalac_trans"]
    assert len(passed) == len(expected)
    for message in passed:
        (record,) = message.records()
        assert record == expected[record["candid"]] and type(record["candid"]) is int
        assert message.key == record["objectId"].encode()
        assert message.attributes["survey"] == "ztf" and message.attributes["candid"] == str(record["candid"])
        assert message.time is not None and abs(datetime.now(timezone.utc) - message.time) < timedelta(hours=1)
    assert {message.json()["alert"]["candid"] for message in found if message.topic == "ztf_salt2"} == fitted
    # The archive's own messages have images, which JSON has as text.
    with follow(f"kafka://{kafka}/ztf_alert_data", from_start=True, timeout=3) as stream:
        first = next(stream)
    assert json.dumps(first.json()) and isinstance(first.records()[0]["cutoutScience"]["stampData"], bytes)


def committed(kafka: str, group: str, topic: str) -> int:
    """How many messages of a topic a group has behind it."""
    import confluent_kafka

    consumer = confluent_kafka.Consumer({"bootstrap.servers": kafka, "group.id": group})
    try:
        partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
        places = [confluent_kafka.TopicPartition(topic, partition) for partition in partitions]
        return sum(max(0, place.offset) for place in consumer.committed(places, timeout=10))
    finally:
        consumer.close()


@pytest.fixture
def numbers(kafka: str, request: pytest.FixtureRequest) -> str:
    """A topic of one partition with the numbers 0 to 9, of the test's own."""
    import confluent_kafka
    from confluent_kafka.admin import AdminClient, NewTopic

    topic = f"numbers-{abs(hash(request.node.name))}"
    admin = AdminClient({"bootstrap.servers": kafka})
    admin.create_topics([NewTopic(topic, 1, 1)])[topic].result()
    producer = confluent_kafka.Producer({"bootstrap.servers": kafka})
    for number in range(10):
        producer.produce(topic, json.dumps({"number": number}))
    producer.flush()
    return topic


def test_a_message_counts_once_the_next_is_asked_for(kafka: str, numbers: str) -> None:
    address = f"kafka://{kafka}/{numbers}"
    with follow(address, group="mine", from_start=True, timeout=10) as stream:
        got = [next(stream).json()["number"] for _ in range(4)]
    assert got == [0, 1, 2, 3]
    # 3 was taken, and nobody said that it was worked on.
    assert committed(kafka, "mine", numbers) == 3
    with follow(address, group="mine", from_start=True, timeout=3) as stream:
        assert [message.json()["number"] for message in stream] == [3, 4, 5, 6, 7, 8, 9]
    assert committed(kafka, "mine", numbers) == 10
    with follow(address, group="mine", from_start=True, timeout=2) as stream:
        assert list(stream) == []


def test_an_exception_in_the_body_leaves_the_message(kafka: str, numbers: str) -> None:
    address = f"kafka://{kafka}/{numbers}"
    with pytest.raises(ZeroDivisionError):
        for message in follow(address, group="failing", from_start=True, timeout=10):
            if message.json()["number"] == 2:
                raise ZeroDivisionError
    with follow(address, group="failing", from_start=True, timeout=10) as stream:
        assert next(stream).json() == {"number": 2}


def test_without_commit_the_position_stays(kafka: str, numbers: str) -> None:
    address = f"kafka://{kafka}/{numbers}"
    for _ in range(2):
        with follow(address, group="looking", from_start=True, timeout=10, commit=False) as stream:
            assert [next(stream).json()["number"] for _ in range(5)] == [0, 1, 2, 3, 4]
    assert committed(kafka, "looking", numbers) == 0


def test_without_from_start_only_what_comes(kafka: str, numbers: str) -> None:
    import confluent_kafka

    stream = follow(f"kafka://{kafka}/{numbers}", timeout=20)
    producer, stopped = confluent_kafka.Producer({"bootstrap.servers": kafka}), threading.Event()

    def produce() -> None:
        while not stopped.wait(0.2):  # until the reader has its partition, what is sent is before its start
            producer.produce(numbers, json.dumps({"number": "new"}))
            producer.flush()

    thread = threading.Thread(target=produce)
    thread.start()
    try:
        assert next(stream).json() == {"number": "new"}
    finally:
        stopped.set()
        thread.join()
        stream.close()
    assert list(stream) == []


def test_another_thread_can_close_it(kafka: str, numbers: str) -> None:
    stream = follow(f"kafka://{kafka}/{numbers}")
    got: list[Message] = []
    thread = threading.Thread(target=lambda: got.extend(stream))
    thread.start()
    stream.close()
    thread.join(timeout=10)
    assert not thread.is_alive() and not got


CTRL_C = """
import sys
from nightjar.following import follow
stream = follow(sys.argv[1], group=sys.argv[2] or None, from_start=not sys.argv[1].startswith("pubsub"))
for message in stream:
    print(message.offset, flush=True)
print("left", stream.interrupted, flush=True)
"""


def interrupt(address: str, group: str, lines_: int, environment: dict[str, str] | None = None) -> str:
    """Follows in a process, sends Ctrl-C after some lines, and gives what it said then."""
    values = {**os.environ, "PYTHONPATH": str(PYTHON / "src"), **(environment or {})}
    with subprocess.Popen(
        [sys.executable, "-c", CTRL_C, address, group], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=values,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        for _ in range(lines_):
            assert process.stdout.readline()
        time.sleep(0.3)  # now it waits for more
        process.send_signal(signal.SIGINT)
        told, complaints = process.communicate(timeout=30)
        assert process.returncode == 0 and "Traceback" not in complaints, complaints
        return told


def test_ctrl_c_leaves_kafka(kafka: str, numbers: str) -> None:
    assert interrupt(f"kafka://{kafka}/{numbers}", "interrupted", 10) == "left True\n"
    assert committed(kafka, "interrupted", numbers) == 10  # the last was done: the next had been asked for


def test_kafka_that_is_not_there(kafka: str) -> None:
    with pytest.raises(StreamError, match=f"kafka://{kafka} has no topic ztf_salt3; it has "):
        follow(f"kafka://{kafka}/ztf_salt3")
    port, secret = free_port(), "correct horse battery staple"
    with pytest.raises(StreamError) as caught:
        follow(f"kafka://127.0.0.1:{port}/t", kafka={"sasl.password": secret, "socket.timeout.ms": 1000})
    assert f"127.0.0.1:{port}" in str(caught.value) and secret not in str(caught.value)
    with pytest.raises(ValueError) as wrong:
        follow(f"kafka://{kafka}/t", kafka={"security.protocol": secret})
    assert secret not in str(wrong.value) and "security.protocol" in str(wrong.value)


# -- Pub/Sub


@pytest.fixture
def subscription(
    pubsub: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> tuple[str, Callable[..., None]]:
    """A subscription of the test's own, and what publishes to it."""
    from google.cloud import pubsub_v1

    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", pubsub)
    name = f"s-{abs(hash(request.node.name))}"
    publisher, subscriber = pubsub_v1.PublisherClient(), pubsub_v1.SubscriberClient()
    topic = publisher.topic_path("nightjar-tests", f"t-{name}")
    publisher.create_topic(name=topic)
    path = subscriber.subscription_path("nightjar-tests", name)
    subscriber.create_subscription(name=path, topic=topic, ack_deadline_seconds=10)
    subscriber.close()

    def publish(value: bytes, **attributes: str) -> None:
        publisher.publish(topic, value, **attributes).result(timeout=20)

    return f"pubsub://nightjar-tests/{name}", publish


def test_a_subscription(
    subscription: tuple[str, Callable[..., None]], folder: data.DataFolder
) -> None:
    address, publish = subscription
    candids = [message["candid"] for message in folder.topic("ztf_exgalac_trans")][:5]
    for candid in candids:
        publish(folder.alert(candid).packet(), survey="ztf", candid=str(candid))
    publish(b'{"alerts": 5}')
    found = {}
    with follow(address, timeout=5) as stream:
        for message in stream:
            assert message.time is not None and message.time.tzinfo is not None and message.offset > 0
            found[message.attributes.get("candid", "")] = message
    assert found.keys() == {*map(str, candids), ""} and found[""].json() == {"alerts": 5}
    for candid in candids:
        assert found[str(candid)].records()[0] == folder.alert(candid).record()
    with follow(address, timeout=18) as stream:  # longer than a lease: all were acknowledged
        assert list(stream) == []


def test_what_was_not_done_comes_again(subscription: tuple[str, Callable[..., None]]) -> None:
    address, publish = subscription
    for number in range(3):
        publish(json.dumps({"number": number}).encode())
    with follow(address, timeout=20) as stream:
        done = next(stream).json()["number"]
        next(stream)
    with follow(address, timeout=90) as stream:  # the emulator looks for ended leases now and then
        again = sorted(next(stream).json()["number"] for _ in range(2))
    assert again == sorted({0, 1, 2} - {done})


def test_without_commit_messages_come_again(subscription: tuple[str, Callable[..., None]]) -> None:
    address, publish = subscription
    publish(b'{"number": 1}')
    for _ in range(2):
        with follow(address, timeout=90, commit=False) as stream:
            assert next(stream).json() == {"number": 1}


def test_ctrl_c_leaves_a_subscription(subscription: tuple[str, Callable[..., None]], pubsub: str) -> None:
    address, publish = subscription
    publish(b"{}")
    assert interrupt(address, "", 1, {"PUBSUB_EMULATOR_HOST": pubsub}) == "left True\n"


def test_subscriptions_that_are_not_there(pubsub: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", pubsub)
    with pytest.raises(StreamError, match="pubsub://nightjar-tests/nobodys: .*(?i:not found|does not exist)"):
        list(follow("pubsub://nightjar-tests/nobodys", timeout=20))
    with pytest.raises(ValueError, match="say pubsub://PROJECT/SUBSCRIPTION"):
        follow("pubsub://nightjar-tests")
    with pytest.raises(ValueError, match="has its own position"):
        follow("pubsub://nightjar-tests/nobodys", group="mine")


# -- Data folders


def test_a_topic_of_a_folder(night: Path, folder: data.DataFolder) -> None:
    expected = list(folder.topic("ztf_salt2"))
    for address in (f"topics:{night}/ztf_salt2", night / "topics/ztf_salt2", f"{night}/topics/ztf_salt2/"):
        with follow(address, from_start=True, timeout=0) as stream:
            found = list(stream)
        assert [message.records()[0] for message in found] == expected
        assert [message.offset for message in found] == list(range(len(expected)))
    assert list(follow(f"topics:{night}/ztf_salt2", timeout=0.3)) == []


def test_a_group_is_the_commands_subscriber(command: Command, run: Callable[..., Path], tmp_path: Path) -> None:
    path = run(tmp_path / "groups", "ztf.tar.gz", options=("--no-fits",))
    address = f"topics:{path}/ztf_exgalac_trans"
    with follow(address, group="me", from_start=True, timeout=0) as stream:
        got = [next(stream).records()[0]["candid"] for _ in range(4)]
    # The fourth was taken, and nobody asked for the next.
    told = lines(command("topic", "ztf_exgalac_trans", "--data", path, "--subscriber", "me", "--limit", "2"))
    assert [row["candid"] for row in told][0] == str(got[3])
    with follow(address, group="me", timeout=0) as stream:
        rest = [message.offset for message in stream]
    assert rest == list(range(5, 41))
    assert command("topic", "ztf_exgalac_trans", "--data", path, "--subscriber", "me") == b""
    with follow(address, group="other", from_start=True, timeout=0, commit=False) as stream:
        assert len(list(stream)) == 41
    assert os.listdir(path / "topics/ztf_exgalac_trans/subscribers") == ["me"]
    (path / "topics/ztf_exgalac_trans/subscribers/me").write_text("x")
    with pytest.raises(data.DataFolderError, match="this holds no offset"):
        follow(address, group="me")
    with pytest.raises(ValueError, match="must be named by letters"):
        follow(address, group="../me")


def test_a_folder_is_followed_while_a_run_writes(run: Callable[..., Path], tmp_path: Path) -> None:
    path = run(tmp_path / "live", "lsst.tar.gz", options=("--no-fits",))
    got: list[Message] = []
    stream = follow(f"topics:{path}/ztf_exgalac_trans")
    thread = threading.Thread(target=lambda: got.extend(stream))
    thread.start()
    run(path, "ztf.tar.gz", options=("--no-fits",))
    end = time.monotonic() + 20
    while len(got) < 41 and time.monotonic() < end:
        time.sleep(0.05)
    stream.close()
    thread.join(timeout=10)
    assert not thread.is_alive() and [message.offset for message in got] == list(range(41))


def test_ctrl_c_leaves_a_folder(night: Path) -> None:
    assert interrupt(f"topics:{night}/ztf_salt2", "", 5).endswith("left True\n")


# -- Addresses and messages


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("kafka://", "say kafka://HOST:PORT/TOPIC"), ("kafka://h:1", "say kafka://HOST:PORT/TOPIC"),
        ("http://h/x", "http:// is no stream"), ("topics:x", "say topics:DIR/TOPIC"), ("/tmp", "say topics:DIR/TOPIC"),
    ],
)  # fmt: skip
def test_addresses_that_make_no_sense(address: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        follow(address)


def test_addresses_have_no_secrets() -> None:
    with pytest.raises(ValueError) as caught:
        follow("kafka://me:hunter2@h:9092/t")
    assert "hunter2" not in str(caught.value) and "no password" in str(caught.value)
    with pytest.raises(ValueError, match="kafka= is for kafka://"):
        follow("pubsub://p/s", kafka={"a": "b"})


@pytest.mark.parametrize(
    ("address", "module", "package"),
    [("kafka://127.0.0.1:1/t", "confluent_kafka", "confluent-kafka"),
     ("pubsub://p/s", "google.cloud.pubsub_v1", "google-cloud-pubsub")],
)  # fmt: skip
def test_a_missing_client_is_named(
    address: str, module: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    if "." in module:
        parent, _, name = module.rpartition(".")
        if parent in sys.modules:
            monkeypatch.delattr(sys.modules[parent], name, raising=False)
    with pytest.raises(ImportError, match=f"pip install {package}"):
        follow(address)


def test_what_messages_hold() -> None:
    def message(value: bytes) -> Message:
        return Message("t", 0, 7, None, None, value)

    types = {"id": "long", "x": "double", "b": ["null", "bytes"]}
    fields = [{"name": name, "type": type_} for name, type_ in types.items()]
    schema = json.dumps({"type": "record", "name": "r", "fields": fields}).encode()
    body = bytes([2]) + b"\0\0\0\0\0\0\xf8\x7f" + bytes([2, 4]) + b"\0\xff"
    made = message(container(schema, body, bytes(16)))
    assert made.records()[0]["id"] == 1 and made.records()[0]["b"] == b"\0\xff"
    assert made.json() == {"id": 1, "x": None, "b": "AP8="}
    assert message(b'[{"a": 1}, {"a": 2}]').json() == [{"a": 1}, {"a": 2}]
    with pytest.raises(data.NightjarError, match=r"t \[0\] message 7: this has a Confluent frame"):
        message(b"\0\0\0\x02\xc0rest").records()
    with pytest.raises(data.NightjarError, match="neither an Avro container nor JSON"):
        message(b"\xff\xfe").records()
    whole = container(schema, body, bytes(16))
    for end in range(4, len(whole)):  # cut anywhere it is an error of ours, or has no record
        with contextlib.suppress(data.NightjarError):
            assert message(whole[:end]).records() == []


@pytest.mark.parametrize("timeout", [float("nan"), -1.0])
def test_a_timeout_is_a_number_of_seconds(night: Path, timeout: float) -> None:
    with pytest.raises(ValueError, match="timeout is a number of seconds from 0 on"):
        follow(f"topics:{night}/ztf_exgalac_trans", timeout=timeout)
