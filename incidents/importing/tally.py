"""What an import did, by kind of thing."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """What became of one thing in the documents."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(slots=True)
class Tally:
    """The outcomes of one page's import, and what its reader should know."""

    page_name: str = ""
    counts: dict[str, Counter[Outcome]] = field(default_factory=lambda: defaultdict(Counter))
    notes: list[str] = field(default_factory=list)
    settled: int = 0
    """How many components' statuses were set to the documents' where their incidents said otherwise."""

    def count(self, kind: str, outcome: Outcome) -> None:
        """Count one thing."""
        self.counts[kind][outcome] += 1

    @property
    def has_changes(self) -> bool:
        """Whether anything was written."""
        written = any(counts[Outcome.CREATED] or counts[Outcome.UPDATED] for counts in self.counts.values())
        return written or self.settled > 0

    def lines(self) -> list[str]:
        """One line for each kind, such as `components: 3 created, 0 updated, 9 unchanged`."""
        lines = [
            f"{kind}: " + ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome)
            for kind, counts in self.counts.items()
        ]
        if self.settled:
            lines.append(f"statuses taken from the components rather than the incidents: {self.settled}")
        return lines + self.notes
