"""The broker that needs no server: messages are files in a folder, each put there and taken from it whole.

Kombu's own file transport writes a message where consumers already look, so a worker may read half of one, and stops
for good (celery/kombu#1551). Here a name appears, and disappears, in one step.
"""

import fcntl
import logging
import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem, virtual
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)

Binding = filesystem.exchange_queue_t


class Channel(filesystem.Channel):
    """Queues in one folder, the tables of exchanges in another."""

    def _put(self, queue: str, payload: dict[str, Any], **_: Any) -> None:
        name = f"{time.time_ns():020}_{uuid.uuid4()}.{queue}.msg"
        _write_whole(Path(self.data_folder_out) / name, dumps(payload))

    def _get(self, queue: str) -> dict[str, Any]:
        folder = Path(self.data_folder_in)
        for name in sorted(os.listdir(folder)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = folder / f".{name}"
            with suppress(FileNotFoundError):  # another worker was faster
                (folder / name).rename(taken)
                text = taken.read_text()
                taken.unlink()
                try:
                    return loads(text)
                except ValueError:
                    logger.error("The message %s was damaged and is left out.", name)
        raise Empty

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        binding = Binding(routing_key or "", pattern or "", queue or "")
        self._rewrite(exchange, lambda table: table if binding in table else [binding, *table])

    def _delete(self, queue: str, exchange: str, routing_key: str, pattern: str, *args: Any, **options: Any) -> None:
        virtual.Channel._delete(self, queue, exchange, routing_key, pattern, *args, **options)
        binding = Binding(routing_key or "", pattern or "", queue or "")
        self._rewrite(exchange, lambda table: [kept for kept in table if kept != binding])

    def _rewrite(self, exchange: str, change: Callable[[list[Binding]], list[Binding]]) -> None:
        file = self._exchange_file(exchange)
        with _locked(file.with_name(".lock")):
            table: list[Binding] = []
            with suppress(FileNotFoundError, ValueError):
                table = [Binding(*row) for row in loads(file.read_text())]
            changed = change(table)
            if changed != table:
                _write_whole(file, dumps(changed))


class Transport(filesystem.Transport):
    """Messages in files of this machine."""

    Channel = Channel


TRANSPORT_ALIASES["files"] = f"{__name__}:Transport"


def _write_whole(path: Path, text: str) -> None:
    draft = path.with_name(f".{uuid.uuid4()}")
    try:
        draft.write_text(text)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
