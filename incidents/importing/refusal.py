"""The one error of an import."""


class ImportRefused(Exception):
    """Something that can't be imported: where (a file or address), the position in it, and why, on one line.

    `position` is line:column for broken JSON, a JSON pointer for a wrong shape, and empty for the source as a whole.
    """

    def __init__(self, source: str, reason: str, position: str = "") -> None:
        self.source = source
        self.position = position
        self.reason = reason
        said = ": ".join(part for part in (source, position, reason) if part)
        super().__init__(" ".join(said.split()))
