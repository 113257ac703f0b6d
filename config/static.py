"""How `collectstatic` stores the static files."""

from collections.abc import Iterable, Iterator

from whitenoise.storage import CompressedManifestStaticFilesStorage

# Django's own support for modules would look at the scripts of packages too, and stops at what one says in a comment.
OUR_SCRIPTS = "js/*.js"
IMPORT = r"""(?m)^(?P<matched>import (?P<names>[^"';]+) from "(?P<url>\.[^"]+)";)$"""


class CollectedFiles(CompressedManifestStaticFilesStorage):
    """Static files under names with their digest, also where our scripts import each other, and compressed.

    Those of Django's admin aren't compressed: that takes seconds at every first start, and only a superuser who opens
    the admin ever loads them.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (OUR_SCRIPTS, ((IMPORT, 'import %(names)s from "%(url)s";'),)),
    )

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Compress files; the names of each and of its compressed form."""
        return super().compress_files([path for path in paths if not path.startswith("admin/")])
