"""Sessions lie sealed in the database: they hold phone numbers, sign-in states and answers half given."""

import json
from typing import Any

from workflows.base import sealing


class SealedSerializer:
    """For SESSION_SERIALIZER. A session that does not open any more is an empty one: its owner signs in again."""

    def dumps(self, obj: Any) -> bytes:
        text = json.dumps(obj, separators=(",", ":"))
        return sealing.seal_for_house(text.encode(), purpose="session").encode()

    def loads(self, data: bytes) -> Any:
        try:
            return json.loads(sealing.open_for_house(data.decode(), purpose="session"))
        except sealing.Unsealable:
            return {}
