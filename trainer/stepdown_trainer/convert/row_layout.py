"""How the rows of a Hugging Face matrix are ordered in the GGUF file of the same model.

For most tensors the order is the same. Llama-type architectures store the query and key projections with
the two halves of every head interleaved, because the two libraries pair rotary dimensions differently.
Which of the two applies is not looked up by architecture: it is found by comparing the base weights in both
formats, so a wrong guess cannot happen silently.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..protocol import TrainerError

Layout = Callable[[np.ndarray], np.ndarray]

#: Relative distance up to which two copies of a matrix count as the same: room for float16 and 8-bit
#: rounding; a wrong order of rows is at about 1.4.
SAME = 0.05


def unchanged(matrix: np.ndarray) -> np.ndarray:
    return matrix


def interleaved(heads: int) -> Layout:
    """Rows of each head [first half, second half] become pairs: row i beside row i + half."""

    def apply(matrix: np.ndarray) -> np.ndarray:
        rows = matrix.shape[0]
        split = matrix.reshape(heads, 2, rows // heads // 2, *matrix.shape[1:])
        return split.swapaxes(1, 2).reshape(matrix.shape)

    return apply


def find_layout(name: str, ours: np.ndarray, theirs: np.ndarray, heads: tuple[int, ...]) -> Layout:
    """The layout that turns `ours` (Hugging Face) into `theirs` (GGUF); `heads` are head counts to try.

    Vectors may differ by a constant (Gemma stores norm weights less one). Raises `conversion-mismatch`.
    """
    if ours.shape != theirs.shape:
        raise mismatch(name, f"shape {ours.shape} against {theirs.shape}")
    if ours.ndim == 1:
        ours, theirs = ours - ours.mean(), theirs - theirs.mean()
    scale = float(np.linalg.norm(theirs)) or 1.0
    candidates = [unchanged, *(interleaved(n) for n in heads if ours.shape[0] % (2 * n) == 0)]
    nearest = float("inf")
    for layout in candidates:
        distance = float(np.linalg.norm(layout(ours) - theirs)) / scale
        if distance < SAME:
            return layout
        nearest = min(nearest, distance)
    raise mismatch(name, f"relative distance {nearest:.3g}")


def mismatch(name: str, detail: str) -> TrainerError:
    return TrainerError(
        "data",
        "conversion-mismatch",
        f"{name} of the base folder is not the one in the base GGUF ({detail})",
        "Train on the folder that was made from this GGUF file: run the base stage again.",
    )
