"""Which runner makes the reports of a build."""

from __future__ import annotations

import os

from casebook.batch.faults import InputError
from casebook.batch.house import of_this_library
from casebook.batch.job import Runner

GIGABYTE = 10**9


def runner(engine: str, deadline: float, memory: float, cluster: str | None = None) -> Runner:
    """A runner by the name of its engine; `deadline` in seconds for a report, `memory` in gigabytes.

    Where the system cannot fork, notebooks run in kernels. With the address of a `cluster` its workers make the
    reports. Raises InputError when they cannot.
    """
    if cluster is not None:
        return _on_cluster(cluster, deadline, int(memory * GIGABYTE))
    if engine == "casebook" and hasattr(os, "fork"):
        from casebook.batch.warm import WarmServer

        return WarmServer(of_this_library().root, deadline, int(memory * GIGABYTE))
    from casebook.batch.process import FreshProcess

    return FreshProcess(deadline)


def _on_cluster(address: str, deadline: float, memory: int) -> Runner:
    try:
        from casebook.batch.cluster import Cluster
    except ModuleNotFoundError as error:
        raise InputError(f"--cluster needs the package {error.name}: pip install 'casebook[cluster]'") from error
    return Cluster(address, deadline, memory)
