"""The environment variables a worker and its kernel start with."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path


def for_worker(scratch: Path, sockets: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a worker: this Python's kernel, none of the user's Jupyter and IPython settings.

    A start-up script or a kernel of the same name in the user's home would otherwise change a client's
    report.
    """
    return {
        **environment,
        "JUPYTER_PATH": str(Path(sys.prefix, "share", "jupyter")),  # searched before anything else
        "JUPYTER_CONFIG_DIR": str(scratch / "jupyter"),
        "JUPYTER_DATA_DIR": str(scratch / "jupyter"),
        "JUPYTER_RUNTIME_DIR": str(sockets),
        "IPYTHONDIR": str(scratch / "ipython"),
        "PYTHONHASHSEED": "0",
        # Large pages, where glibc and Linux have them: a report touches a hundred megabytes, once.
        "GLIBC_TUNABLES": environment.get("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1"),
        # One thread each: the jobs are the parallelism, and sums are the same whatever the number of cores.
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"),
    }
