"""The doorway before Django: who gets in, who waits, who is turned away."""

import re
import threading
import time
from pathlib import Path

import pytest

from status.serving import doorway
from status.serving.doorway import Doorway

ROOT = Path(__file__).resolve().parents[3]


class Body:
    """A response body as Django gives it."""

    def __init__(self, streaming: bool) -> None:
        self.streaming = streaming
        self.closed = 0

    def __iter__(self):
        return iter([b"one ", b"two"])

    def close(self) -> None:
        self.closed += 1


def ask(door, path="/console/"):
    """The status line, and the body as the server got it."""
    said = []
    body = door({"PATH_INFO": path}, lambda status, headers: said.append(status))
    return said[0], body


def answering(body):
    def application(environ, start_response):
        start_response("200 OK", [])
        return body

    return application


def test_a_whole_answer_leaves_at_once():
    body = Body(streaming=False)
    door = Doorway(answering(body), inside=1, waiting=0)

    for count in range(1, 4):
        assert ask(door) == ("200 OK", [b"one two"])
        assert body.closed == count


def test_a_streamed_answer_stays_until_the_server_closes_it():
    body = Body(streaming=True)
    door = Doorway(answering(body), inside=1, waiting=0)

    status, streamed = ask(door)
    assert (status, b"".join(streamed), body.closed) == ("200 OK", b"one two", 0)
    assert ask(door)[0].startswith("503")
    streamed.close()
    streamed.close()
    assert body.closed == 1
    status, streamed = ask(door)
    assert status == "200 OK"
    del streamed  # a server that forgot to close
    assert ask(door)[0] == "200 OK"


def test_an_error_leaves_too():
    def fail(environ, start_response):
        raise LookupError("broken")

    door = Doorway(fail, inside=1, waiting=0)
    for _ in range(3):
        with pytest.raises(LookupError):
            ask(door)


def test_some_wait_their_turn_and_the_rest_are_turned_away():
    may_end, answers = threading.Event(), []
    is_inside = threading.Event()

    def application(environ, start_response):
        is_inside.set()
        may_end.wait(10)
        start_response("200 OK", [])
        return Body(streaming=False)

    door = Doorway(application, inside=1, waiting=1, patience=10)
    threads = [threading.Thread(target=lambda: answers.append(ask(door)[0])) for _ in range(2)]
    threads[0].start()
    assert is_inside.wait(10)
    threads[1].start()
    while door._admitted._value:  # until the second one waits; to try for its place could take it away
        time.sleep(0.001)
    turned_away, _ = ask(door)
    may_end.set()
    for thread in threads:
        thread.join()

    assert turned_away == "503 Service Unavailable"
    assert answers == ["200 OK", "200 OK"]


def test_whoever_waited_too_long_is_turned_away():
    door = Doorway(answering(Body(streaming=True)), inside=1, waiting=1, patience=0.01)
    _, held = ask(door)

    assert ask(door)[0].startswith("503")
    held.close()
    assert ask(door)[0] == "200 OK"


def test_the_web_server_has_threads_beyond_the_doorway():
    threads = int(re.search(r"--blocking-threads (\d+)", (ROOT / "Procfile").read_text())[1])

    assert threads > doorway.INSIDE + doorway.WAITING
