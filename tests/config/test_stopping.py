"""Ctrl-C on `make run`: every process has the time that it needs."""

import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SLOW = """slow: exec sh -c 'trap "sleep 6; exit 0" TERM; echo ready; while :; do sleep 0.1; done'\n"""


def test_a_process_that_takes_six_seconds_to_stop_is_not_killed(tmp_path):
    (tmp_path / "Procfile").write_text(SLOW)
    command = [sys.executable, str(ROOT / "bin" / "together"), "start", "-f", str(tmp_path / "Procfile")]

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        assert any("ready" in line for line in process.stdout)
        process.send_signal(signal.SIGINT)
        said = process.stdout.read()

    assert "slow.1 stopped" in said
    assert "SIGKILL" not in said
