"""Makes a base, an adapter, a merged model and torch's answers for every architecture, for the tests of the engine.

    python make_all.py OUTPUT TOKENIZER_DIR LLAMA_CPP_BUNDLE LLAMA_CPP_TAG CACHE_DIR
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tiny_models import ARCHITECTURES, make_model  # noqa: E402
from tiny_tokenizers import END, byte_level, sentencepiece_model  # noqa: E402
from whole_path import LABELS, answers, base_to_gguf, train, trained_to_gguf  # noqa: E402


def main(output: str, tokenizer: str, bundle: str, tag: str, cache: str) -> None:
    for name, architecture in ARCHITECTURES.items():
        root = Path(output) / name
        base, gguf = root / "base", root / "base.gguf"
        kind = architecture.tokenizer
        write = sentencepiece_model(kind) if architecture.sentencepiece else byte_level(Path(tokenizer), kind)
        make_model(architecture, base, write)
        # Until it answers with certainty: a near-tie may fall either way in other arithmetic.
        train(root, base, epochs=24, layerShare=1)
        adapter = root / "out" / "adapter"
        base_to_gguf(base, gguf, bundle, tag, Path(cache))
        for to in ("merge-to-gguf", "adapter-to-gguf"):
            trained_to_gguf(to, base, adapter, gguf, root / f"{to.split('-')[0]}.gguf")
        answers(root, base, adapter)
    about = {"endOfTurn": END, "labels": LABELS, "architectures": list(ARCHITECTURES)}
    (Path(output) / "about.json").write_text(json.dumps(about))


main(*sys.argv[1:])
