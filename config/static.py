"""How `collectstatic` stores the static files."""

from collections.abc import Iterable, Iterator

from whitenoise.storage import CompressedManifestStaticFilesStorage


class CollectedFiles(CompressedManifestStaticFilesStorage):
    """Static files under names with their digest, compressed, but for those of Django's admin.

    Compressing those takes seconds at every first start, and only a superuser who opens the admin ever loads them.
    """

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Compress files; the names of each and of its compressed form."""
        return super().compress_files([path for path in paths if not path.startswith("admin/")])
