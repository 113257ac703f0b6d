"""Requests to addresses that somebody gave us: never into our own network, never for long, never too much.

Every address that a name resolves to is vetted, and the connection goes to the vetted one, so a name that answers
differently the second time gains nothing. Proxies of the environment are ignored and redirects are followed by hand,
each vetted like the first.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

MAX_REDIRECTS = 3
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")
_REDIRECTS = (301, 302, 303, 307, 308)


class RequestRefused(Exception):
    """A request that we don't make, or whose answer we don't take; the message says why, in a few words."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status code, the address that answered in the end, and the whole body."""

    status_code: int
    url: str
    body: bytes


def is_public(address: Address) -> bool:
    """Whether an address is out on the internet, looking through those that carry an IPv4 address inside."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _LOCAL_NAT64 or address.is_site_local:
            return False
        inner = _carried_by(address)
        if inner:
            return all(is_public(each) for each in inner)
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _carried_by(address: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """The IPv4 addresses that a mapped, 6to4, NAT64 or Teredo address stands for."""
    if address in _NAT64:
        return [ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)]
    carried = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    return [each for each in carried if each is not None]


def resolve(host: str, port: int, *, allow_private: bool = False) -> list[str]:
    """The addresses of a host name, all of them vetted; one that isn't public refuses all. Raises RequestRefused."""
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise RequestRefused(f"The host name {host} can't be resolved") from None
    found = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
    if not allow_private:
        for text in found:
            if not is_public(ipaddress.ip_address(text.partition("%")[0])):
                raise RequestRefused(f"{host} leads to {text}, which isn't on the public internet")
    if not found:
        raise RequestRefused(f"The host name {host} can't be resolved")
    return found


class _Deadline:
    """When the present request must be over: a server that drips single bytes never meets a timeout for each read."""

    def __init__(self) -> None:
        self._at = time.monotonic()

    def set(self, seconds: float) -> None:
        """Start a request that may take so long."""
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left. Raises httpcore.ReadTimeout when there are none."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("The deadline has passed")
        return left


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every step ends with the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left())
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _VettedBackend(httpcore.NetworkBackend):
    """Connects to vetted addresses only; what a connection says of itself (Host, SNI) stays the name."""

    def __init__(self, deadline: _Deadline, *, allow_private: bool) -> None:
        self._deadline = deadline
        self._allow_private = allow_private
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = RequestRefused(f"{host} can't be reached")
        for address in resolve(host, port, allow_private=self._allow_private):
            try:
                left = self._deadline.left()
                stream = self._sockets.connect_tcp(address, port, left, local_address, socket_options)
                return _TimedStream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def sleep(self, seconds: float) -> None:
        self._sockets.sleep(seconds)


class _Body(httpx.SyncByteStream):
    """A body as it arrives."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _VettedTransport(httpx.BaseTransport):
    """The way out for an httpx client, through vetted connections."""

    def __init__(self, backend: _VettedBackend) -> None:
        self._pool = httpcore.ConnectionPool(ssl_context=ssl.create_default_context(), network_backend=backend)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        self._pool.close()


class Outgoing:
    """A client for GET requests to given addresses. Use it in a `with` block."""

    def __init__(self, *, max_bytes: int, seconds: float, allow_private: bool = False) -> None:
        """`max_bytes` bounds each body, `seconds` each request with its redirects; `allow_private` is for intranets."""
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._deadline = _Deadline()
        self._client = httpx.Client(
            transport=_VettedTransport(_VettedBackend(self._deadline, allow_private=allow_private)),
            trust_env=False,
            follow_redirects=False,
            headers={"User-Agent": "Allclear", "Accept": "application/json", "Accept-Encoding": "identity"},
        )

    def __enter__(self) -> "Outgoing":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, url: str) -> Answer:
        """The answer at an address, redirects followed. Raises RequestRefused."""
        self._deadline.set(self._seconds)
        for _ in range(MAX_REDIRECTS + 1):
            answer, location = self._get_once(checked_url(url))
            if location is None:
                return answer
            url = urljoin(url, location)
        raise RequestRefused(f"More than {MAX_REDIRECTS} redirects")

    def _get_once(self, url: str) -> tuple[Answer, str | None]:
        try:
            with self._client.stream("GET", url, timeout=None) as response:
                location = response.headers.get("location")
                if response.status_code in _REDIRECTS and location:
                    return Answer(response.status_code, url, b""), location
                return Answer(response.status_code, url, self._body(response)), None
        except (httpcore.TimeoutException, httpx.TimeoutException):
            raise RequestRefused(f"No complete answer within {self._seconds:g} seconds") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise RequestRefused(f"No answer: {str(error) or type(error).__name__}") from None

    def _body(self, response: httpx.Response) -> bytes:
        chunks: list[bytes] = []
        size = 0
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > self._max_bytes:
                raise RequestRefused(f"The answer is larger than {self._max_bytes} bytes")
            chunks.append(chunk)
        return b"".join(chunks)


def checked_url(url: str) -> str:
    """An address that we may ask: http or https, with a host and without a user in it. Raises RequestRefused."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise RequestRefused("Not an address") from None
    if parts.scheme not in ("http", "https"):
        raise RequestRefused("Only http and https addresses can be read")
    if not parts.hostname or parts.username is not None or parts.password is not None or "%" in parts.hostname:
        raise RequestRefused("Not an address: a plain host name is expected")
    return url
