"""Conversions of weights between formats, one a file. Numbers only: no torch unless a conversion needs it."""

from __future__ import annotations

from typing import Any

from ..protocol import TrainerError


def run(request: dict[str, Any]) -> dict[str, Any]:
    """Does the conversion that `request["kind"]` names and returns a small account of it.

    The request is the ConvertPlan of src/core/trainer.ts; hf-to-gguf has `llamaCppBundle`, `llamaCppTag`
    and `cacheDir` besides.
    """
    kind = request["kind"]
    if kind == "gguf-to-hf":
        from .gguf_to_hf import gguf_to_hf

        return gguf_to_hf(request["ggufFile"], request["outputDir"])
    if kind == "adapter-to-gguf":
        from .adapter_to_gguf import adapter_to_gguf

        return adapter_to_gguf(
            request["baseDir"], request["adapterDir"], request["baseGguf"], request["outputFile"]
        )
    if kind == "merge-to-gguf":
        from .merge_to_gguf import merge_to_gguf

        return merge_to_gguf(
            request["baseDir"],
            request["adapterDir"],
            request["baseGguf"],
            request["chatTemplate"],
            request["outputFile"],
        )
    if kind == "hf-to-gguf":
        from .hf_to_gguf import hf_to_gguf

        return hf_to_gguf(
            request["modelDir"],
            request["outputFile"],
            request["llamaCppBundle"],
            request["llamaCppTag"],
            request["cacheDir"],
        )
    raise TrainerError(
        "data",
        "conversion-unknown",
        f"There is no conversion named {kind!r}",
        "Use one of gguf-to-hf, adapter-to-gguf, merge-to-gguf, hf-to-gguf.",
    )
