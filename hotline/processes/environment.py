"""The environment of every process: no telemetry, no GPU, quiet libraries, and it ends when its supervisor ends."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

from hotline.settings import PROJECT_ROOT

PR_SET_PDEATHSIG = 1

ALWAYS = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SENTRY_DSN": "",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "DO_NOT_TRACK": "1",
    "CUDA_VISIBLE_DEVICES": "",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TOKENIZERS_PARALLELISM": "false",
    "GOMP_SPINCOUNT": "1000",  # threads wait for each other some microseconds, then leave their core to other processes
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}

KERNELS = {
    "SkylakeX": {"avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512cd"},
    "Haswell": {"avx2", "fma"},
}
"""OpenBLAS kernels, fastest first, and the CPU flags that they need (named as in Linux's /proc/cpuinfo)."""

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")


def prepare(all_cores: bool = False) -> None:
    """Set up this process. Call before the first import of Rasa, TensorFlow or NumPy.

    Without `all_cores` the process computes on two cores, or on half of all cores if there are more than four.
    """
    os.environ.update(ALWAYS)
    cores = len(os.sched_getaffinity(0))
    for name in THREADS:
        os.environ.setdefault(name, str(cores if all_cores else min(cores, max(2, cores // 2))))
    if kernels := matrix_kernels():
        os.environ.setdefault("OPENBLAS_CORETYPE", kernels)
    os.environ.setdefault("MPLCONFIGDIR", str(PROJECT_ROOT / "var" / "cache" / "matplotlib"))
    for category in (DeprecationWarning, PendingDeprecationWarning, FutureWarning):
        warnings.filterwarnings("ignore", category=category)
    for module in ("pkg_resources", "rasa", "tensorflow", "keras", "sanic", "sanic_cors", "jieba"):
        warnings.filterwarnings("ignore", module=rf"{module}(\.|$)")


def matrix_kernels(described: Path = Path("/proc/cpuinfo")) -> str | None:
    """The fastest OpenBLAS kernel that this processor can run, None if unknown. By itself, the OpenBLAS that comes with
    NumPy takes a processor newer than itself for one of 2004, and multiplies at a quarter of the speed."""
    listed = re.search(r"^flags\s*:(.*)$", described.read_text(), re.MULTILINE) if described.exists() else None
    flags = set(listed[1].split()) if listed else set()
    return next((name for name, needs in KERNELS.items() if needs <= flags), None)


def die_with_parent(with_signal: signal.Signals) -> Callable[[], None]:
    """A function for a child to call between fork and exec, so that it gets `with_signal` whenever its supervisor ends
    (Linux)."""
    if not sys.platform.startswith("linux"):
        return lambda: None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    supervisor = os.getpid()

    def arrange() -> None:
        prctl(PR_SET_PDEATHSIG, int(with_signal), 0, 0, 0)
        if os.getppid() != supervisor:  # it ended in between
            os._exit(1)

    return arrange
