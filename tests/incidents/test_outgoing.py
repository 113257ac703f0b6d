"""Requests to given addresses: which addresses are refused, and how a request is bounded."""

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from incidents.outgoing import Outgoing, RequestRefused, checked_url, is_public, resolve

PRIVATE = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.168.1.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "64:ff9b:1::808:808",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",  # Teredo: client 127.0.0.1
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "fc00::1",
    "fd12:3456:789a::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]
PUBLIC = ["8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808", "2002:808:808::1", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_of_our_own_network_are_refused(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_on_the_internet_are_allowed(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "0x7f.1", "2130706433", "0177.0.0.1", "::1", "localhost"])
def test_every_spelling_of_loopback_is_refused(host):
    with pytest.raises(RequestRefused):
        resolve(host, 80)


def test_one_private_answer_refuses_all_of_them(monkeypatch):
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: answers)
    with pytest.raises(RequestRefused, match=r"10\.0\.0\.1"):
        resolve("mixed.example.test", 80)


@pytest.mark.parametrize(
    "url",
    ["ftp://example.test/", "file:///etc/passwd", "http://user@example.test/", "http://[fe80::1%25eth0]/", "http:///x"],
)
def test_only_plain_http_addresses_are_taken(url):
    with pytest.raises(RequestRefused):
        checked_url(url)


@contextmanager
def serving(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """A server on loopback that answers each GET by `answer`; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            answer(self)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def reply(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def outgoing(**options) -> Outgoing:
    return Outgoing(**({"max_bytes": 1000, "seconds": 5, "allow_private": True} | options))


def test_an_answer_is_read_and_the_name_is_kept_in_the_host_header(monkeypatch):
    seen = []

    def answer(handler):
        seen.append(handler.headers["Host"])
        reply(handler, b"hello")

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *args, **kwargs: real("127.0.0.1", *args, **kwargs))
    with serving(answer) as base, outgoing() as client:
        port = base.rpartition(":")[2]
        assert client.get(f"http://status.example.test:{port}/").body == b"hello"
    assert seen == [f"status.example.test:{port}"]


def test_a_private_address_is_never_connected_to():
    asked = []
    with (
        serving(lambda handler: asked.append(1)) as base,
        outgoing(allow_private=False) as client,
        pytest.raises(RequestRefused, match="public internet"),
    ):
        client.get(base)
    assert asked == []


def test_a_proxy_of_the_environment_is_ignored(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with serving(lambda handler: reply(handler, b"direct")) as base, outgoing() as client:
        assert client.get(base).body == b"direct"


def test_a_redirect_into_our_network_is_refused(monkeypatch):
    # The first hop is let through, so that only the second can be what is refused.
    monkeypatch.setattr("incidents.outgoing.is_public", lambda address: str(address) == "127.0.0.1")
    target = "http://169.254.169.254/latest/"
    with (
        serving(lambda handler: reply(handler, b"", 302, Location=target)) as base,
        outgoing(allow_private=False) as client,
        pytest.raises(RequestRefused, match=r"169\.254\.169\.254"),
    ):
        client.get(base)


def test_a_redirect_is_followed_but_not_for_ever():
    def answer(handler):
        if handler.path == "/moved":
            reply(handler, b"", 301, Location="/here")
        elif handler.path == "/here":
            reply(handler, b"found")
        else:
            reply(handler, b"", 302, Location="/round")

    with serving(answer) as base, outgoing() as client:
        assert client.get(f"{base}/moved").body == b"found"
        with pytest.raises(RequestRefused, match="redirects"):
            client.get(f"{base}/round")


def test_a_large_answer_is_cut_off():
    with (
        serving(lambda handler: reply(handler, b"x" * 1001)) as base,
        outgoing() as client,
        pytest.raises(RequestRefused, match="larger than 1000 bytes"),
    ):
        client.get(base)


def test_a_server_that_drips_is_not_waited_for():
    def answer(handler):
        handler.send_response(200)
        handler.end_headers()
        try:
            for _ in range(100):
                handler.wfile.write(b"x")
                handler.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass  # The client hung up, as it should.

    with serving(answer) as base, outgoing(seconds=0.3) as client:
        begun = time.monotonic()
        with pytest.raises(RequestRefused, match=r"within 0\.3 seconds"):
            client.get(base)
        assert time.monotonic() - begun < 3


def test_nobody_listening_is_said_in_words():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with outgoing() as client, pytest.raises(RequestRefused, match="No answer"):
        client.get(f"http://127.0.0.1:{port}/")
