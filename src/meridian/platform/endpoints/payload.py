"""Reading what a caller sends: bounded, exact and free of characters no column can hold."""

import json
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser

from meridian.kernel.findings import Refused, faulty_fields, refusal
from meridian.kernel.messages import message

LARGEST_BODY = 1024 * 1024
DEEPEST = 8
LONGEST_KEY = 120
_BODY = "meridian.body"
_UNUSABLE = re.compile("[\x00\ud800-\udfff]")


class ExactParser(Parser):
    """JSON without floating point: a figure with a fraction is refused unless it is given as text."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as data; raises Refused 400 `body_unreadable`, 413 `body_too_large`, 422 `number_as_text`."""
        require_small(request)
        try:
            body = json.loads(request.body, parse_float=_refuse_float, parse_constant=_refuse_float)
        except (ValueError, RecursionError) as error:
            raise refusal("body_unreadable", HTTPStatus.BAD_REQUEST, message("请求正文不是有效的 JSON。")) from error
        require_clean(body)
        request.META[_BODY] = body
        return body


def sent_body(request: HttpRequest) -> dict[str, Any]:
    """The body as it was sent: the framework keeps only the names its schema knows, and drops the others unsaid."""
    body = request.META.get(_BODY)
    return body if isinstance(body, dict) else {}


def require_small(request: HttpRequest) -> None:
    """Refuses a body over 1 MB before a byte of it is read (413)."""
    size = str(request.META.get("CONTENT_LENGTH") or "0")
    if not size.isdecimal() or int(size) > LARGEST_BODY:
        limit = LARGEST_BODY // 1024
        raise refusal(
            "body_too_large",
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            message("请求正文超过 {limit} KB；大量数据请用导入。", limit=limit),
        )


def _refuse_float(text: str) -> NoReturn:
    raise refusal(
        "number_as_text",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        message('带小数的数字请以文本给出，例如 "12.50"（收到 {text}）。', text=text[:40]),
    )


def require_clean(body: Any) -> None:
    """Refuses nesting beyond what any request needs, and characters that are no text (422)."""
    level: list[Any] = [body]
    for _depth in range(DEEPEST):
        deeper: list[Any] = []
        for value in level:
            if isinstance(value, str):
                require_text(value)
            elif isinstance(value, list):
                deeper.extend(value)
            elif isinstance(value, dict):
                deeper.extend(value.keys())
                deeper.extend(value.values())
        level = deeper
    if level:
        raise refusal("body_unreadable", HTTPStatus.BAD_REQUEST, message("请求正文嵌套过深。"))


def require_text(value: str, name: str = "") -> str:
    """The text itself; refuses a NUL and halves of surrogate pairs (422)."""
    if _UNUSABLE.search(value):
        raise refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY, message("含有不可用字符。"), field_name=name)
    return value


def idempotency_key(request: HttpRequest) -> str:
    """The caller's key, or nothing; refuses one that is too long or not printable ASCII (422)."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > LONGEST_KEY or not (key.isascii() and (key.isprintable() or not key)):
        raise refusal(
            "field_invalid",
            HTTPStatus.UNPROCESSABLE_ENTITY,
            message("幂等键须为不超过 {limit} 个可见 ASCII 字符。", limit=LONGEST_KEY),
            field_name="Idempotency-Key",
        )
    return key


def schema_problems(errors: Iterable[dict[str, Any]]) -> Refused:
    """What a schema found wrong, as findings by field."""
    problems = []
    for error in errors:
        where = [str(step) for step in error.get("loc", ()) if step not in {"body", "path", "query", "payload"}]
        problems.append((".".join(where), message("格式不正确：{problem}。", problem=str(error.get("msg", ""))[:200])))
    return faulty_fields(problems)
