"""A stand-in for the network between Allclear and a server it depends on, which can fail in each way that one does."""

import socket
import struct
import threading
from contextlib import suppress


class Proxy:
    """Listens on a port of loopback. `target` is what it leads to while it forwards; None: it never does.

    `swallow`: connections are made, and nothing is ever answered, as when packets are dropped. `refuse`: nobody
    listens, and what was connected is cut off. `forward`: all is well. `accepted` counts the connections made so far.
    """

    def __init__(self, target: tuple[str, int] | None = None) -> None:
        self._target = target
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._is_forwarding = False
        self.accepted = 0
        self._listener = _listen(0)
        self.port = self._listener.getsockname()[1]
        self._serve()

    def __enter__(self) -> "Proxy":
        return self

    def __exit__(self, *_: object) -> None:
        self.refuse()

    def swallow(self) -> None:
        """Take every connection and answer nothing, on those that are open too."""
        self._is_forwarding = False
        self._listen_again()

    def forward(self) -> None:
        """Let everything through. What was swallowed before stays so."""
        self._is_forwarding = True
        self._listen_again()

    def refuse(self) -> None:
        """Listen no more, and cut off what is connected."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            closing, self._open = self._open, []
        for each in closing:
            with suppress(OSError):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _listen_again(self) -> None:
        if self._listener.fileno() == -1:
            self._listener = _listen(self.port)
            self._serve()

    def _serve(self) -> None:
        threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                self.accepted += 1
                self._keep(client)
                if self._is_forwarding and self._target:
                    server = socket.create_connection(self._target)
                    self._keep(server)
                    for one, other in ((client, server), (server, client)):
                        threading.Thread(target=self._pump, args=[one, other], daemon=True).start()

    def _keep(self, each: socket.socket) -> None:
        with self._lock:
            self._open.append(each)

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if self._is_forwarding:
                    sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(1000)
    return listener
