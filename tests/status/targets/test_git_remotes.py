"""git places on servers: over ssh and over https, with what they refuse and what the console then says to do."""

import shutil
import socket
import subprocess
import time

import pytest

from status.targets import git as git_target
from status.targets import testing
from status.targets.keeping import bring_up_to_date

from .conftest import post
from .remotes import BACKEND, SSHD, Sshd, https, new_key

needs_sshd = pytest.mark.skipif(
    SSHD is None or shutil.which("ssh") is None,
    reason="sshd or ssh is not installed (Debian: openssh-server, openssh-client)",
)
needs_https = pytest.mark.skipif(
    not BACKEND.is_file() or shutil.which("openssl") is None,
    reason="git's http-backend or openssl is not installed",
)


def home_of(repository):
    command = ["git", "-C", str(repository), "show", "main:index.html"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def sshd(tmp_path, settings, monkeypatch):
    """A server that isn't running yet, and credentials for it called `forge`; nobody's own ssh settings count."""
    folder = tmp_path / "sshd"
    folder.mkdir()
    server = Sshd(folder)
    settings.TARGET_SECRETS = {"forge": {"host": "127.0.0.1", "key_file": str(server.key)}}
    monkeypatch.setenv("SSH_AUTH_SOCK", "")
    return server


@needs_sshd
def test_over_ssh_the_first_host_key_is_kept_and_another_one_refused(add, sshd, repository, places):
    row = add("git", f"{sshd.address}{repository}", credentials="forge")
    known = places.parent / "clones" / "known_hosts"
    with sshd.running():
        assert bring_up_to_date(row.pk), str(row)
        post("It was the cache.")
        assert bring_up_to_date(row.pk)
    assert "It was the cache." in home_of(repository)
    assert known.read_text() == sshd.known_host

    for file in (sshd.host_key, sshd.host_key.with_suffix(".pub")):
        file.unlink()
    new_key(sshd.host_key)
    with sshd.running():
        post("It is somebody else.")
        assert not bring_up_to_date(row.pk)
        row.refresh_from_db()
        assert "another host key than before" in row.error
        assert str(known) in row.error
        assert "It is somebody else." not in home_of(repository)

        known.unlink()
        row.retry_at = None
        row.save()
        assert bring_up_to_date(row.pk)


@needs_sshd
def test_over_ssh_only_host_keys_on_file_are_taken_where_there_is_one(add, sshd, repository, tmp_path, settings):
    file = tmp_path / "hosts of ours"
    file.write_text("")
    settings.TARGET_SECRETS["forge"]["known_hosts"] = str(file)
    row = add("git", f"{sshd.address}{repository}", credentials="forge")
    with sshd.running():
        assert f"host key isn't in {file}" in testing.problem_of(row)
        file.write_text(sshd.known_host)
        assert testing.problem_of(row) == ""


@needs_sshd
def test_over_ssh_a_refused_key_is_named(add, sshd, repository, tmp_path, settings):
    row = add("git", f"{sshd.address}{repository}", credentials="forge")
    with sshd.running():
        settings.TARGET_SECRETS["forge"]["key_file"] = str(new_key(tmp_path / "other"))
        assert "refuses the key" in testing.problem_of(row)
        assert "TARGET_FORGE_KEY_FILE" in testing.problem_of(row)
        settings.TARGET_SECRETS["forge"]["key_file"] = str(tmp_path / "none")
        assert "There is no key" in testing.problem_of(row)
        sshd.key.chmod(0o644)
        settings.TARGET_SECRETS["forge"]["key_file"] = str(sshd.key)
        assert "chmod 600" in testing.problem_of(row)
        protected = new_key(tmp_path / "protected")
        subprocess.run(["ssh-keygen", "-q", "-p", "-N", "hush hush", "-f", str(protected)], check=True)
        settings.TARGET_SECRETS["forge"]["key_file"] = str(protected)
        assert "no passphrase" in testing.problem_of(row)


@needs_https
def test_over_https_with_a_token(add, places, repository, tmp_path, settings):
    with https(places, tmp_path, "bot", "t0ken") as (address, certificate):
        forge = {"host": "localhost", "user": "bot", "secret": "t0ken", "ca_file": str(certificate)}
        settings.TARGET_SECRETS = {"forge": forge}
        row = add("git", f"{address}/{repository.name}", credentials="forge")
        assert testing.problem_of(row) == ""
        assert bring_up_to_date(row.pk)
        post("It was the cache.")
        assert bring_up_to_date(row.pk)
        assert "It was the cache." in home_of(repository)

        forge["secret"] = "another"
        assert "TARGET_FORGE_SECRET" in testing.problem_of(row)
        assert "another" not in testing.problem_of(row)
        forge |= {"secret": "t0ken", "ca_file": ""}
        assert "TARGET_FORGE_CA_FILE" in testing.problem_of(row)


@pytest.mark.parametrize("scheme", ["ssh", "https"])
def test_a_server_that_takes_connections_and_says_nothing_holds_nothing_up(
    add, settings, monkeypatch, tmp_path, scheme
):
    monkeypatch.setattr(git_target, "COMMAND_SECONDS", 2)
    settings.TARGET_SECRETS = {"forge": {"host": "127.0.0.1", "user": "bot", "secret": "t", "key_file": "/none"}}
    with socket.create_server(("127.0.0.1", 0)) as silent:
        user = "git@" if scheme == "ssh" else ""
        address = f"{scheme}://{user}127.0.0.1:{silent.getsockname()[1]}/x.git"
        row = add("git", address, credentials="forge")
        began = time.monotonic()
        assert not bring_up_to_date(row.pk)

    assert time.monotonic() - began < 20
    row.refresh_from_db()
    assert row.error == "git ls-remote took longer than 2 seconds"
