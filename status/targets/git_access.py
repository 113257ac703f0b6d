"""How git gets to a server: as whom, which host keys it takes, and what to do about it when the server refuses.

No command can ask anybody anything, and none outlasts the time that `git.py` gives it.
"""

import base64
import os
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

CONNECT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Access:
    """Whom to be at one server. `name` is that of the credentials; files are paths on this machine.

    `known_hosts` holds the only host keys to be taken. Without it the first key that a server shows is kept, and no
    other one is taken after that.
    """

    name: str = ""
    user: str = "git"
    secret: str = ""
    key_file: str = ""
    known_hosts: str = ""
    ca_file: str = ""

    def __repr__(self) -> str:
        return f"Access(name={self.name!r})"

    def environment(self, clone: Path) -> dict[str, str]:
        """Nobody's settings, no questions, and secrets where no list of processes shows them."""
        configured = {"http.lowSpeedLimit": "1000", "http.lowSpeedTime": "15"}
        if self.secret:
            pair = base64.b64encode(f"{self.user}:{self.secret}".encode()).decode()
            configured["http.extraHeader"] = f"Authorization: Basic {pair}"
            configured["http.followRedirects"] = "false"
        if self.ca_file:
            configured["http.sslCAInfo"] = self.ca_file
        found = {"GIT_CONFIG_COUNT": str(len(configured))}
        for number, (key, value) in enumerate(configured.items()):
            found |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return found | {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": os.environ.get("HOME", str(clone)),
            "LC_ALL": "C",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ALLOW_PROTOCOL": "file:https:ssh",
            "GIT_SSH_COMMAND": shlex.join(self._ssh(clone)),
            "GIT_AUTHOR_NAME": "Allclear",
            "GIT_AUTHOR_EMAIL": "allclear@localhost",
            "GIT_COMMITTER_NAME": "Allclear",
            "GIT_COMMITTER_EMAIL": "allclear@localhost",
        }

    def explained(self, complaint: str, clone: Path) -> str:
        """What to do about a complaint of git's or ssh's; empty where we know nothing better than what it says."""
        prefix = f"TARGET_{self.name.upper()}"
        hosts = self.known_hosts or str(own_known_hosts(clone))
        advice = {
            r"REMOTE HOST IDENTIFICATION HAS CHANGED": (
                "The server shows another host key than before. If it was renewed on purpose, take the old line out of "
                f"{hosts}"
            ),
            r"Host key verification failed": (
                f"The server's host key isn't in {hosts}. Compare it with what its operator says, and add it "
                "(ssh-keyscan prints it)"
            ),
            r"UNPROTECTED PRIVATE KEY FILE": f"{self.key_file} can be read by others: chmod 600 it",
            r"Identity file .* not accessible": f"There is no key in {self.key_file} ({prefix}_KEY_FILE)",
            r"Permission denied \(": (
                f"The server refuses the key. Let it take the public half of {prefix}_KEY_FILE, with the right to "
                "write; the key must have no passphrase"
            ),
            r"Authentication failed|could not read (Username|Password)|returned error: 403": (
                f"The server refuses the user or token. Look at {prefix}_USER and {prefix}_SECRET; the token needs the "
                "right to write"
            ),
            r"certificate verif|unable to get local issuer|self-signed certificate": (
                f"The server's certificate can't be verified. If it is of your own CA, name that in {prefix}_CA_FILE"
            ),
        }
        return next((said for pattern, said in advice.items() if re.search(pattern, complaint)), "")

    def _ssh(self, clone: Path) -> list[str]:
        """The ssh command. A file of host keys of our own comes before the user's, so that ours is what is added to."""
        files = f'"{self.known_hosts}"' if self.known_hosts else f'"{own_known_hosts(clone)}" ~/.ssh/known_hosts'
        options = {
            "BatchMode": "yes",
            "ConnectTimeout": str(CONNECT_SECONDS),
            "ServerAliveInterval": "5",
            "ServerAliveCountMax": "3",
            "StrictHostKeyChecking": "yes" if self.known_hosts else "accept-new",
            "UserKnownHostsFile": files,
            "HashKnownHosts": "no",
        }
        if self.known_hosts:
            options["GlobalKnownHostsFile"] = os.devnull
        command = ["ssh", *(f"-o{name}={value}" for name, value in options.items())]
        return [*command, "-oIdentitiesOnly=yes", "-i", self.key_file] if self.key_file else command


def own_known_hosts(clone: Path) -> Path:
    """The host keys that were taken at first sight, of all our places."""
    return clone.parent / "known_hosts"
