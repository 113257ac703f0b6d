"""The broker in files, under processes that send and take at once."""

import subprocess
import sys
from pathlib import Path

import pytest
from kombu import Connection

MESSAGES = 300

SENDER = """
import sys
from kombu import Connection
from config import file_broker
folder, sender = sys.argv[1:]
options = {"data_folder_in": folder, "data_folder_out": folder, "control_folder": folder + "/control"}
with Connection("files://localhost/", transport_options=options) as connection:
    queue = connection.SimpleQueue("work", serializer="json")
    for number in range(%d):
        queue.put({"sender": sender, "number": number, "filling": "x" * 5000})
"""


@pytest.fixture
def connection(tmp_path):
    from config import file_broker  # noqa: F401 - names the transport

    options = {
        "data_folder_in": str(tmp_path),
        "data_folder_out": str(tmp_path),
        "control_folder": str(tmp_path / "control"),
        "polling_interval": 0.01,
    }
    with Connection("files://localhost/", transport_options=options) as opened:
        yield opened


def test_every_message_is_taken_once_and_whole_while_others_send(connection, tmp_path):
    root = Path(__file__).resolve().parents[2]
    script = SENDER % MESSAGES
    senders = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path), name], cwd=root) for name in ("one", "two")
    ]
    queue = connection.SimpleQueue("work", serializer="json")

    taken = []
    while len(taken) < 2 * MESSAGES:
        message = queue.get(timeout=60)
        message.ack()
        taken.append((message.payload["sender"], message.payload["number"]))

    assert [sender.wait() for sender in senders] == [0, 0]
    for name in ("one", "two"):
        assert [number for sender, number in taken if sender == name] == list(range(MESSAGES))
    assert not list(tmp_path.glob("*.msg"))


def test_a_damaged_message_stops_nobody(connection, tmp_path):
    queue = connection.SimpleQueue("damaged", serializer="json")
    (tmp_path / "0_power-cut.damaged.msg").write_text('{"body": "half of')
    queue.put({"whole": True})

    message = queue.get(timeout=10)
    message.ack()

    assert message.payload == {"whole": True}


def test_bindings_of_two_consumers_are_both_kept(connection, tmp_path):
    channel = connection.channel()
    for queue in ("first", "second", "first"):
        channel._queue_bind("news", "", "", queue)

    assert sorted(binding.queue for binding in channel.get_table("news")) == ["first", "second"]
    channel._delete("first", "news", "", "")
    assert [binding.queue for binding in channel.get_table("news")] == ["second"]
