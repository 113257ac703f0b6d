"""The rows of the read side, one noun a file."""

from .component_day import ComponentDay
from .journal import JournalEntry, PageJournal
from .publication import Publication
from .target import PublishTarget, TargetKind

__all__ = ["ComponentDay", "JournalEntry", "PageJournal", "Publication", "PublishTarget", "TargetKind"]
