"""Which runner makes the reports of a build."""

from __future__ import annotations

import os

from casebook.batch.house import of_this_library
from casebook.batch.job import Runner

GIGABYTE = 10**9


def runner(engine: str, deadline: float, memory: float) -> Runner:
    """A runner by the name of its engine; `deadline` in seconds for a report, `memory` in gigabytes.

    Where the system cannot fork, notebooks run in kernels.
    """
    if engine == "casebook" and hasattr(os, "fork"):
        from casebook.batch.warm import WarmServer

        return WarmServer(of_this_library().root, deadline, int(memory * GIGABYTE))
    from casebook.batch.process import FreshProcess

    return FreshProcess(deadline)
