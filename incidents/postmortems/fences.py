"""Where fenced code lies in a text, as `incidents.markdown` renders it. Pure.

Other renderers take more for a fence: an indented one, or one with words behind its mark. Whoever asks here hides
something from the public or keeps it, so only what is surely shown as code counts.
"""

import re

from incidents.paragraphs import MAX_LENGTH

_OPENING = re.compile(r"(`{3,}|~{3,})[ \t]*(?:\.?[\w#.+-]*[ \t]*|\{[\w .#+-]*\})\Z")
_DOUBTFUL = re.compile(r"(?:`{3,}|~{3,})[ \t]*(?:\{|.*hl_lines=)")
_MARK = re.compile(r"`{3}|~{3}")


def fences(lines: list[str]) -> list[range]:
    """The closed fences, in order, each with the lines of its marks; counted from 0.

    The search ends at the first mark of which it is not certain what the renderer makes of it, and so of all below.
    """
    found: list[range] = []
    mark, begin = "", 0
    for number, line in enumerate(lines):
        if mark:
            if line.rstrip(" \t") == mark:
                found.append(range(begin, number + 1))
                mark = ""
        elif opening := _OPENING.match(line):
            mark, begin = opening[1], number
        elif _DOUBTFUL.match(line) or (len(line) > MAX_LENGTH and _MARK.search(line)):  # such a line is broken in two
            break
    return found


def fenced_lines(lines: list[str]) -> set[int]:
    """The numbers of the lines within fenced code, their marks included; counted from 0."""
    return {number for fence in fences(lines) for number in fence}
