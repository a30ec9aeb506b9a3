"""What changed between two rules, criterion by criterion, and in how they are put together."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from workflows.policy import criteria
from workflows.policy.matching import match, same
from workflows.policy.states import RejectReason
from workflows.policy.wording import NOTHING, Names, quoted

Json = Mapping[str, Any]
#: Where, the sentence, and whether it is only for those who run the programme.
Said = tuple[str, str, bool]
_GROUPS: Final = {"all": "，并且", "any": "，或者"}
_SUBJECT: Final = frozenset({"fact", "type", "derive", "rows", "field", "where"})
_COMPARISON: Final = frozenset({"op", "value", "param", "times", "on"})


def differences(
    where: str, title: str, *, old: Json | None, new: Json | None, was: Names, now: Names
) -> list[Said]:
    """What changed, as (where, sentence, inside); at least one when the rules are not the same.

    :param title: what such a criterion is called: 家庭条件.
    :param was: the names of the old programme, ``now`` those of the new one.
    """
    if same(old, new):
        return []
    said = [
        *_criteria(where, title, old, new, was, now),
        *_structure(where, title, old, new),
    ]
    return said or [(where, f"{title}的写法调整了，要求没有变。", True)]


def _criteria(
    where: str, title: str, old: Json | None, new: Json | None, was: Names, now: Names
) -> Iterator[Said]:
    matched = match(_leaves(old), _leaves(new), lambda leaf: leaf.get("id"), lambda leaf: leaf.get("text"))
    for leaf in matched.gone:
        yield _place(where, leaf), f"取消{title}：{_text(leaf)}{_beside(old, leaf)}。", False
    for leaf in matched.came:
        advice = "（只作提醒）" if leaf.get("severity") == "advise" else ""
        yield _place(where, leaf), f"新增{title}：{_text(leaf)}{advice}{_beside(new, leaf)}。", False
    for before, after in matched.kept:
        yield from _leaf(_place(where, after), title, before, after, was, now)


def _leaf(where: str, title: str, before: Json, after: Json, was: Names, now: Names) -> Iterator[Said]:
    changed = {key for key in {*before, *after} if not same(before.get(key), after.get(key))}
    name = f"{title}{quoted(_text(after))}"
    if "text" in changed:
        yield f"{where}.text", f"{title}{quoted(_text(before))}改写成{quoted(_text(after))}。", False
    if changed & _SUBJECT:
        yield where, *_turned(f"{name}看的内容", was.subject(before), now.subject(after))
    if changed & _COMPARISON:
        yield where, *_turned(f"{name}的要求", quoted(was.compared(before)), quoted(now.compared(after)))
    if "severity" in changed:
        word = "改为只作提醒" if after.get("severity") == "advise" else "改为必须符合"
        yield f"{where}.severity", f"{name}{word}。", False
    if "clause" in changed:
        turned = _turned(f"{name}的依据", _quoted(before, "clause"), _quoted(after, "clause"))
        yield f"{where}.clause", *turned
    if "reason" in changed:
        turned = _turned(f"{name}不符合时的理由", _reason(before), _reason(after))
        yield f"{where}.reason", *turned
    for key in sorted(changed - _SUBJECT - _COMPARISON - {"text", "severity", "clause", "reason"}):
        label = {"id": "编号", "src": "出处"}.get(key, key)
        told = _turned(f"{name}的{label}", _quoted(before, key), _quoted(after, key))
        yield f"{where}.{key}", told[0], True


def _structure(where: str, title: str, old: Json | None, new: Json | None) -> Iterator[Said]:
    """How the criteria that both rules have are put together."""
    if old is None or new is None:
        return
    both = {leaf.get("id") for leaf in _leaves(old)} & {leaf.get("id") for leaf in _leaves(new)}
    before, after = _reduced(old["root"], both), _reduced(new["root"], both)
    if same(before, after) or before is None or after is None:
        return
    if _unordered(before) == _unordered(after):
        moved = match(_ids(before), _ids(after)).moved
        texts = {leaf.get("id"): _text(leaf) for leaf in _leaves(new)}
        for each, behind in moved:
            to = f"移到{quoted(texts[behind])}之后" if behind is not None else "移到最前面"
            yield f"{where}.{each}", f"{title}{quoted(texts[each])}{to}，要求没有变。", True
        return
    before, after = _smallest(before, after)
    texts_old = {leaf.get("id"): _text(leaf) for leaf in _leaves(old)}
    texts_new = {leaf.get("id"): _text(leaf) for leaf in _leaves(new)}
    yield (
        where,
        f"几条{title}之间的关系改了。原来要求：{_words(before, texts_old)}；"
        f"现在要求：{_words(after, texts_new)}。",
        False,
    )


# ---- trees of ids ---------------------------------------------------------------------------------------------------


def _reduced(node: Json, keep: set[Any]) -> Any:
    """A node as ids and [kind, …]: only the criteria named, groups of one taken away, all in all made one."""
    kind = next((kind for kind in ("all", "any", "not") if kind in node), None)
    if kind is None:
        return node.get("id") if node.get("id") in keep else None
    if kind == "not":
        inner = _reduced(node["not"], keep)
        return None if inner is None else ["not", inner]
    children: list[Any] = []
    for child in node[kind]:
        reduced = _reduced(child, keep)
        if isinstance(reduced, list) and reduced[0] == kind:
            children += reduced[1:]
        elif reduced is not None:
            children.append(reduced)
    if not children:
        return None
    return children[0] if len(children) == 1 else [kind, *children]


def _unordered(node: Any) -> Any:
    return [node[0], *sorted(map(_unordered, node[1:]), key=str)] if isinstance(node, list) else node


def _ids(node: Any) -> list[Any]:
    return [each for child in node[1:] for each in _ids(child)] if isinstance(node, list) else [node]


def _smallest(before: Any, after: Any) -> tuple[Any, Any]:
    """The innermost part in which two trees differ."""
    if isinstance(before, list) and isinstance(after, list) and before[0] == after[0]:
        pairs = list(zip(before[1:], after[1:], strict=False))
        unlike = [(one, other) for one, other in pairs if one != other]
        groups = len(unlike) == 1 and all(isinstance(each, list) for each in unlike[0])
        if len(before) == len(after) and groups:
            return _smallest(*unlike[0])
    return before, after


def _words(node: Any, texts: Mapping[Any, str]) -> str:
    if not isinstance(node, list):
        return quoted(texts.get(node, str(node)))
    if node[0] == "not":
        return f"不能是{_inner(node[1], texts)}"
    return _GROUPS[node[0]].join(_inner(child, texts) for child in node[1:])


def _inner(node: Any, texts: Mapping[Any, str]) -> str:
    words = _words(node, texts)
    return f"（{words}）" if isinstance(node, list) and node[0] != "not" else words


# ---- one criterion --------------------------------------------------------------------------------------------------


def _leaves(rule: Json | None) -> tuple[Json, ...]:
    return criteria.leaves(rule) if rule else ()


def _place(where: str, leaf: Json) -> str:
    return f"{where}.{leaf.get('id', '')}"


def _text(leaf: Json) -> str:
    return str(leaf.get("text") or leaf.get("id", "")).rstrip("。")


def _beside(rule: Json | None, leaf: Json) -> str:
    """How a criterion stands to the others, where it is not simply one of all that must hold."""
    node = (rule or {})["root"]
    while "all" in node:
        node = next(child for child in node["all"] if any(each is leaf for each in _below(child)))
    if node is leaf:
        return ""
    if node.get("not") is leaf:
        return "（不能是这样）"
    here = _below(node)
    texts = {each.get("id"): _text(each) for each in here}
    words = _words(_reduced(node, {each.get("id") for each in here}), texts)
    return f"（有一条符合就可以：{words}）" if "any" in node else f"（合在一起看：{words}）"


def _below(node: Json) -> tuple[Json, ...]:
    return criteria.leaves({"root": node})


def _quoted(leaf: Json, key: str) -> str:
    return quoted(str(leaf[key])) if leaf.get(key) not in (None, "") else NOTHING


def _reason(leaf: Json) -> str:
    given = leaf.get("reason")
    return quoted(RejectReason(given).label) if given in set(RejectReason) else _quoted(leaf, "reason")


def _turned(name: str, before: str, after: str) -> tuple[str, bool]:
    """The sentence, and whether it says nothing to a family because both read the same."""
    if before == after:
        return f"{name}换了写法，读起来一样。", True
    return f"{name}由{before}改为{after}。", False
