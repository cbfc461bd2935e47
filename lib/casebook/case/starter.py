"""The starter case file: commented, and complete enough to build as it stands."""

from __future__ import annotations

import json
from importlib.resources import files


def starter(name: str) -> str:
    """The text of a new case file for a client of that name, with an example for every common field.

    >>> "client: \\"Acme claims\\"" in starter("acme_claims")
    True
    """
    client = name.replace("_", " ").replace("-", " ").strip()
    text = files(__package__).joinpath("starter.yaml").read_text(encoding="utf-8")
    # JSON's quoting is YAML's too, so that a client named NO or "12: 5" is still a text.
    return text.replace("CLIENT_NAME", json.dumps(client[:1].upper() + client[1:], ensure_ascii=False), 1)
