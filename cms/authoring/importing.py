"""Read a programme from a YAML file somebody sends: everything wrong with it is said by its place, nothing is guessed."""

import unicodedata
from collections.abc import Iterator
from typing import Any

import yaml

from cms.authoring.places import in_words
from cms.writing import plain_yaml
from workflows.policy.programme import Contradiction, Programme

LARGEST = 128 * 1024
"""Bytes of a file. Golden Autumn, a long one, has some 30,000."""
# The same reader in C, where it is there: many times faster.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 40
_MOST_PARTS = 20_000
_LARGEST_NUMBER = 2**53 - 1


class NotTaken(ValueError):
    """A file that cannot become a programme; `.problems` are sentences for the person who sent it."""

    def __init__(self, *problems: str) -> None:
        super().__init__("；".join(problems))
        self.problems = problems


def programme_of(sent: bytes) -> Programme:
    """The programme a file defines.

    :raises NotTaken: with everything that is wrong.
    """
    text = _text(sent)
    _refuse_tricks(text)
    try:
        data = plain_yaml.load(text)
    except yaml.YAMLError as error:
        raise NotTaken(_yaml_problem(error)) from error
    except ValueError as error:  # a day that does not exist, a number of thousands of digits
        raise NotTaken("有一个日期或数字写得不对，请检查。") from error
    if not isinstance(data, dict):
        raise NotTaken("文件里不是项目定义，应是“code: …”这样一行一项的内容。")
    if problems := list(_not_plain(data)):
        raise NotTaken(*problems)
    try:
        return Programme.from_json(data)
    except Contradiction as error:
        raise NotTaken(*told(error, data)) from error


def told(error: Contradiction, data: Any) -> list[str]:
    """The contradictions of a definition, each with its place in words."""
    return [
        f"{place}：{message}" if (place := in_words(where, data)) else message
        for where, message in error.problems
    ]


def _text(sent: bytes) -> str:
    if len(sent) > LARGEST:
        raise NotTaken(f"文件太大了，最大{LARGEST // 1024} KB。")
    if not sent.strip():
        raise NotTaken("文件是空的。")
    try:
        return sent.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotTaken("文件不是 UTF-8 编码的文字，请另存为 UTF-8 再导入。") from error


def _refuse_tricks(text: str) -> None:
    """No aliases that unfold without end, no tags, no second document, no depth that exhausts the reader."""
    depth = parts = documents = 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            parts += 1
            line = event.start_mark.line + 1 if event.start_mark else 0
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise NotTaken(f"第{line}行用了引用（& 或 *），请写出完整的内容。")
            if getattr(event, "tag", None):
                raise NotTaken(f"第{line}行用了类型标记（!），请去掉。")
            documents += isinstance(event, yaml.DocumentStartEvent)
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise NotTaken(f"第{line}行套得太深了，最多{_DEEPEST}层。")
            if parts > _MOST_PARTS:
                raise NotTaken(f"内容太多了，最多{_MOST_PARTS}项。")
            if documents > 1:
                raise NotTaken(f"第{line}行开始了第二份内容，一个文件只能有一个项目。")
        _refuse_doubles(yaml.compose(text, Loader=_LOADER))
    except yaml.YAMLError as error:
        raise NotTaken(_yaml_problem(error)) from error


def _refuse_doubles(node: Any) -> None:
    """A key written twice: one of the two would be lost without a word."""
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, inner in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode) or key.value == "<<":
                raise NotTaken(f"第{line}行的名称不是一个词，请检查。")
            if key.value in seen:
                raise NotTaken(f"第{line}行的“{key.value}”写了两次，请只留一个。")
            seen.add(key.value)
            _refuse_doubles(inner)
    elif isinstance(node, yaml.SequenceNode):
        for inner in node.value:
            _refuse_doubles(inner)


def _yaml_problem(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return (
        f"第{mark.line + 1}行附近不是正确的 YAML，请检查缩进、冒号和引号。" if mark else "不是正确的 YAML。"
    )


def _not_plain(data: Any) -> Iterator[str]:
    """What YAML can say and a definition cannot: dates without quotes, fractions, keys that are no words."""
    for where, key, value in _walk(data, ""):
        place = in_words(where, data) or where
        if not isinstance(key, str):
            yield f'{place}：有一个名称被当作“{key}”，请给它加上引号，例如 "on"。'
        elif isinstance(value, float):
            yield f"{place}：“{value}”不是整数。金额以分为单位，写整数。"
        elif isinstance(value, int) and not isinstance(value, bool) and abs(value) > _LARGEST_NUMBER:
            yield f"{place}：这个数太大了。"
        elif isinstance(value, str) and _unreadable(value):
            yield f"{place}：里面有看不见的控制字符，请重新输入这段文字。"
        elif not isinstance(value, str | int | dict | list | None):
            yield f'{place}：日期要加引号，例如 "2026-08-27"。'


def _walk(value: Any, where: str) -> Iterator[tuple[str, Any, Any]]:
    """Every value with its place and its key; entries of lists have the key ""."""
    if isinstance(value, dict):
        for key, inner in value.items():
            place = f"{where}.{key}" if where else str(key)
            yield place, key, inner
            yield from _walk(inner, place)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield f"{where}[{index}]", "", inner
            yield from _walk(inner, f"{where}[{index}]")


def _unreadable(text: str) -> bool:
    return any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in text)
