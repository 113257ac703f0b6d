"""Keeping a Markdown text within what renders quickly: the time for one paragraph grows with its square."""

import re
from collections.abc import Iterator

MAX_LENGTH = 2_000
"""Characters of one paragraph; a longer one is broken in two. The average English paragraph has some 700."""

MAX_DEPTH = 12
"""Levels of quotes and lists in one another; what is nested deeper is moved out."""

MAX_OPEN_BRACKETS = 20
"""Brackets of one paragraph that may be open at once; beyond them all are taken literally."""

_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_FENCED = re.compile(r"^(?P<fence>`{3,}+|~{3,}+)[^\n`]*\n.*?^(?P=fence)[ ]*$", re.MULTILINE | re.DOTALL)
_TABLE_RULE = re.compile(r"[ ]{0,3}\|?[ ]*:?-+:?[ ]*(\|[ ]*:?-+:?[ ]*)*\|?[ ]*\Z")
_LIST_ITEM = re.compile(r"[ \t]*([-*+]|\d{1,9}[.)])[ \t]")
_NESTING = re.compile(r"(?>[ \t]++|>|[-*+][ \t]|\d{1,9}\.[ \t])++")
_BRACKET = re.compile(r"\\?[\[\]()]")


def shortened(text: str) -> str:
    """The text with long paragraphs broken; lists, tables and closed code fences count by item, row and not at all."""
    parts: list[str] = []
    end = 0
    for fence in _FENCED.finditer(text):
        parts += [_prose(text[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*parts, _prose(text[end:])])


def _prose(text: str) -> str:
    return "\n\n".join(_block(block) for block in _BLANK_LINE.split(text))


def _block(block: str) -> str:
    lines = [_shallow(line) for line in _closing(block).split("\n")]
    if len(lines) > 1 and "|" in lines[0] and _TABLE_RULE.match(lines[1]):
        return "\n".join(line[:MAX_LENGTH] for line in lines)
    if len(block) <= MAX_LENGTH:
        return "\n".join(lines)
    return "\n".join(_broken(lines, is_list=bool(_LIST_ITEM.match(lines[0]))))


def _broken(lines: list[str], *, is_list: bool) -> Iterator[str]:
    length = 0
    for line in lines:
        if is_list and _LIST_ITEM.match(line):
            length = 0
        for start in range(0, max(len(line), 1), MAX_LENGTH):
            piece = line[start : start + MAX_LENGTH]
            length += len(piece) + 1
            if length > MAX_LENGTH:
                yield ""
                length = len(piece)
            yield piece


def _shallow(line: str) -> str:
    marks = _NESTING.match(line)
    if marks is None or len(marks[0].expandtabs(4)) <= 4 * MAX_DEPTH:
        return line
    return line[: 4 * MAX_DEPTH].replace("\t", " ") + line[marks.end() :]


def _closing(block: str) -> str:
    """The block, with its brackets escaped when too many are open at once: the end of each is looked for in turn."""
    opened = {"[": 0, "(": 0}
    most = 0
    for bracket in _BRACKET.findall(block):
        if bracket in opened:
            opened[bracket] += 1
            most = max(most, sum(opened.values()))
        elif (pair := {"]": "[", ")": "("}.get(bracket)) and opened[pair]:
            opened[pair] -= 1
    if most <= MAX_OPEN_BRACKETS:
        return block
    return _BRACKET.sub(lambda match: "\\" + match[0][-1], block)
