"""The environment variables that a process sets for its libraries."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.processes.environment import matrix_kernels

AVX2 = "fpu sse2 avx avx2 fma bmi2"
AVX512 = f"{AVX2} avx512f avx512dq avx512cd avx512bw avx512vl avx512_vnni"


@pytest.mark.parametrize(
    ("described", "kernels"),
    [
        (f"processor\t: 0\nflags\t\t: {AVX512}\nbugs\t\t: spectre_v1\n", "SkylakeX"),
        (f"processor\t: 0\nflags\t\t: {AVX2}\n", "Haswell"),
        ("processor\t: 0\nflags\t\t: fpu sse2\n", None),
        ("processor\t: 0\nFeatures\t: fp asimd\n", None),
    ],
)
def test_openblas_uses_what_the_processor_can_run(tmp_path: Path, described: str, kernels: str | None) -> None:
    (tmp_path / "cpuinfo").write_text(described)
    assert matrix_kernels(tmp_path / "cpuinfo") == kernels


def test_a_system_that_does_not_tell_is_left_alone(tmp_path: Path) -> None:
    assert matrix_kernels(tmp_path / "missing") is None
