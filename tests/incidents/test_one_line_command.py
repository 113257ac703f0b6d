"""What a command can't read of how it was called is refused in one line, with exit code 2."""

import pytest
from django.core.management import CommandError, call_command, find_commands, load_command_class

from incidents.one_line_command import OneLineCommand
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["action_items", "--jsn"], "Unrecognized arguments: --jsn"),
        (["metrics_report", "--since"], "Argument --since: expected one argument"),
    ],
)
def test_an_option_that_is_not_known_or_lacks_its_value(capsys, arguments, said):
    command = load_command_class("incidents", arguments[0])

    with pytest.raises(SystemExit) as ended:
        command.run_from_argv(["manage.py", *arguments])

    assert ended.value.code == 2
    assert capsys.readouterr() == ("", f"{said}; see manage.py {arguments[0]} --help.\n")


@pytest.mark.parametrize("app", ["incidents", "status"])
def test_each_of_our_commands_does_so(app):
    names = set(find_commands(str(ROOT / app / "management"))) - {"migrate"}  # Django's own, and one thing more

    assert {name for name in names if not isinstance(load_command_class(app, name), OneLineCommand)} == set()


def test_a_program_that_calls_a_command_so_is_told_as_well():
    with pytest.raises(CommandError) as refused:
        call_command("publish", "now")

    assert refused.value.returncode == 2
