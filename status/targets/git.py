"""A git repository as a copy: one commit for each published change, pushed to a branch.

Each push is a compare-and-set by itself: a branch that moved on refuses it, and the next attempt starts from there.
"""

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.core.files.storage import FileSystemStorage

from .editions import Edition, Progress, Told
from .flat import FlatTarget
from .git_access import Access
from .naming import Naming

COMMAND_SECONDS = 30
"""How long one git command may take."""

SUBJECT_LENGTH = 72


class GitRefused(Exception):
    """A git command that failed; the message is what it said last."""


@dataclass(frozen=True, slots=True)
class GitTarget:
    """A branch of a repository; other files in it are left alone. `clone` is our own working copy of it."""

    address: str
    branch: str
    clone: Path
    access: Access = field(default_factory=Access)

    def state(self, page: str) -> str:
        """What the branch says it is a copy of."""
        self._catch_up()
        return self._files().state(page)

    def take(self, edition: Edition, known: str, told: Told, progress: Progress) -> None:
        """Write the files into our working copy, commit them and push."""
        held = self._files().number()
        self._files().take(edition, known, told, progress)
        progress()
        self._git("add", "--all")
        if self._git("status", "--porcelain"):
            # What break glass brought is told by its own commit, though the database learnt of it later.
            lines = [line for number, line in told.items() if number > held]
            self._git("commit", "--quiet", "--no-verify", "--file=-", text=message(edition.version.number, lines))
        progress()
        self._git("push", "--quiet", "origin", f"HEAD:refs/heads/{self.branch}")

    def confirm(self, edition: Edition) -> None:
        """Nothing: the log tells of changes, not that there were none."""

    def check(self) -> None:
        """Fetch, and ask whether a push would be taken."""
        self._catch_up()
        if self._git("rev-parse", "--verify", "--quiet", "HEAD", is_question=True):
            self._git("push", "--quiet", "--dry-run", "origin", f"HEAD:refs/heads/{self.branch}")

    def _files(self) -> FlatTarget:
        return FlatTarget(FileSystemStorage(self.clone, allow_overwrite=True), Naming.FILES)

    def _catch_up(self) -> None:
        """Have our working copy be what the branch is now; an empty repository gets its first commit later."""
        if not (self.clone / ".git").is_dir():
            shutil.rmtree(self.clone, ignore_errors=True)
            self.clone.mkdir(parents=True)
            self._git("init", "--quiet", f"--initial-branch={self.branch}")
            self._git("remote", "add", "origin", "--", self.address)
        self._git("remote", "set-url", "origin", "--", self.address)
        (self.clone / ".git" / "index.lock").unlink(missing_ok=True)  # of a command that was killed
        if self._git("ls-remote", "--heads", "origin", f"refs/heads/{self.branch}"):
            self._git("fetch", "--quiet", "--depth=1", "origin", f"refs/heads/{self.branch}")
            self._git("reset", "--quiet", "--hard", "FETCH_HEAD")
            self._git("clean", "--quiet", "--force", "-d")

    def _git(self, *arguments: str, text: str = "", is_question: bool = False) -> str:
        """Run git in the working copy; what it printed. Raises GitRefused, unless a failure is an answer too."""
        process = subprocess.Popen(
            ["git", *arguments],
            cwd=self.clone,
            env=self.access.environment(self.clone),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            printed, complained = process.communicate(text, timeout=COMMAND_SECONDS)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # with whatever it started, such as ssh
            process.wait()
            raise GitRefused(f"git {arguments[0]} took longer than {COMMAND_SECONDS} seconds") from None
        if process.returncode and not is_question:
            if advice := self.access.explained(complained, self.clone):
                raise GitRefused(advice)
            lines = [line for line in complained.strip().splitlines() if line.strip()]
            said = next((line for line in lines if line.startswith(("fatal:", "error:", "remote:"))), "")
            raise GitRefused(f"git {arguments[0]}: {said or (lines or ['failed'])[-1]}"[:300])
        return printed.strip()


def message(number: int, told: list[str]) -> str:
    """The commit message: what the change was, or the list of changes that one push brings."""
    if not told:
        return f"Publish everything up to change {number}\n"
    if len(told) == 1:
        return f"{_shortened(told[0])}\n\nChange {number} of the page.\n"
    return f"Publish {len(told)} changes up to {number}\n\n" + "".join(f"- {line}\n" for line in told)


def _shortened(line: str) -> str:
    return line if len(line) <= SUBJECT_LENGTH else line[: SUBJECT_LENGTH - 1].rstrip() + "…"
