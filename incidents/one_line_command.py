"""What our management commands share: how they refuse what they are called with."""

from functools import partial
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser


class OneLineCommand(BaseCommand):
    """A command that refuses an unknown option as it refuses a value: in one line, with exit code 2."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Django's parser for this command, which would print its usage as well."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.error = partial(_refuse, parser)
        return parser


def _refuse(parser: CommandParser, message: str) -> NoReturn:
    line = f"{message[:1].upper()}{message[1:]}; see {parser.prog} --help."
    if parser.called_from_command_line:
        parser.exit(2, f"{line}\n")
    raise CommandError(line, returncode=2)
