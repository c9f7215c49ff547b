"""Answers to programs, in the contract's form."""

import json
from typing import Any

from aggregator.asgi_types import Headers, Send

JSON = b"application/json; charset=utf-8"


async def answer(
    send: Send, status: int, body: bytes, headers: Headers | None = None, *, kind: bytes = JSON
) -> None:
    head = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), *(headers or [])]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})


async def answer_json(send: Send, content: Any, headers: Headers | None = None) -> None:
    await answer(send, 200, json.dumps(content, ensure_ascii=False).encode(), headers)


async def refuse(
    send: Send, status: int, title: str, detail: str, headers: Headers | None = None
) -> None:
    body = json.dumps({"errors": [{"title": title, "detail": detail}]}, ensure_ascii=False)
    await answer(send, status, body.encode(), headers)
