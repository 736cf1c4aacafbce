"""Whether a SentencePiece tokenizer puts a space before the text that follows a special token.

transformers and llama.cpp decide it by different rules: the one by its class, `legacy` and the pre-tokenizer, the
other by one key of the file, which its converter leaves out or copies from a setting that means something else. A
turn would then begin with another token in serving than in training. So the tokenizer is asked, and the key is set.
"""

from __future__ import annotations

import os
from pathlib import Path

from gguf import Keys

from .gguf_metadata import copy_with_metadata
from .gguf_model import GgufModel

KEY = Keys.Tokenizer.ADD_PREFIX
SPACE = "\u2581"


def set_space_prefix(file: Path, model_dir: Path) -> None:
    """Makes the GGUF file `file` tokenise as the tokenizer in `model_dir` does. Raises `gguf-invalid`."""
    model = GgufModel(file)
    if model.value(Keys.Tokenizer.MODEL) != "llama":
        return
    adds = adds_space(model_dir)
    # Where the key is missing, llama.cpp adds the space.
    if model.value(KEY) is adds or (adds and model.value(KEY) is None):
        return
    copy = file.with_name(f"{file.name}.spaced")
    try:
        copy_with_metadata(model, {KEY: adds}, copy)
        os.replace(copy, file)
    finally:
        copy.unlink(missing_ok=True)


def adds_space(model_dir: Path) -> bool:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(model_dir), local_files_only=True, trust_remote_code=False)
    ids = tokenizer.encode(f"{tokenizer.eos_token}a", add_special_tokens=False)
    return tokenizer.convert_ids_to_tokens(ids[1:2])[0].startswith(SPACE)
