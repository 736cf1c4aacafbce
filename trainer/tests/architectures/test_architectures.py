"""Every architecture of the catalogue through training and conversion, on tiny random weights."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_models import ARCHITECTURES, LONG, SHORT, make_model
from tiny_tokenizers import END, START, sentencepiece_model
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM, AutoTokenizer
from whole_path import base_to_gguf, rows, train, trained_to_gguf, write_rows

from stepdown_trainer import convert
from stepdown_trainer.answer_loss import answer_loss
from stepdown_trainer.answering import load_trained
from stepdown_trainer.convert.gguf_model import GgufModel
from stepdown_trainer.convert.safetensors_folder import read_header
from stepdown_trainer.convert.space_prefix import adds_space
from stepdown_trainer.protocol import TrainerError
from stepdown_trainer.rows import read_rows
from stepdown_trainer.tree_attention import TREE_ATTENTION

CPU = torch.device("cpu")
LLAMA_CPP = Path(__file__).parents[3] / "node_modules" / "node-llama-cpp" / "llama"
needs_llama_cpp = pytest.mark.skipif(not LLAMA_CPP.exists(), reason="node-llama-cpp is not installed")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("architectures")


@pytest.fixture(params=ARCHITECTURES)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def base(folder: Path, name: str) -> Path:
    """The model's folder, made once."""
    base = folder / name / "base"
    if not base.exists():
        architecture = ARCHITECTURES[name]
        kind = architecture.tokenizer if architecture.sentencepiece else "GemmaTokenizer"
        make_model(architecture, base, sentencepiece_model(kind))
    return base


@pytest.fixture
def adapter(folder: Path, name: str, base: Path) -> Path:
    """An adapter on all layers, trained once."""
    adapter = folder / name / "trained" / "out" / "adapter"
    if not adapter.exists():
        train(folder / name / "trained", base, epochs=2, layerShare=1)
    return adapter


@pytest.fixture
def base_gguf(folder: Path, name: str, base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The converted base, made once; llama.cpp's source is unpacked once for all."""
    file = folder / name / "base.gguf"
    if not file.exists():
        tag = json.loads((LLAMA_CPP / "llama.cpp.info.json").read_text())["tag"]
        base_to_gguf(base, file, str(LLAMA_CPP / "gitRelease.bundle"), tag, folder / "cache")
    return file


def logits(model: torch.nn.Module, tokens: list[int]) -> torch.Tensor:
    with torch.no_grad():
        return model(input_ids=torch.tensor([tokens])).logits[0].float()


def test_a_tree_of_rows_has_the_loss_of_rows_computed_one_by_one(base: Path, tmp_path: Path) -> None:
    file = write_rows(tmp_path / "rows.jsonl", rows(6))
    encoded = read_rows(file, AutoTokenizer.from_pretrained(base), END)
    plain = AutoModelForCausalLM.from_pretrained(base, attn_implementation="eager").eval()
    expected = sum(
        cross_entropy(
            logits(plain, list(row.tokens))[row.prompt_length - 1 : -1],
            torch.tensor(row.tokens[row.prompt_length :]),
            reduction="sum",
        )
        for row in encoded
    )
    tree = AutoModelForCausalLM.from_pretrained(base, attn_implementation=TREE_ATTENTION).eval()
    with torch.no_grad():
        torch.testing.assert_close(answer_loss(tree, encoded, CPU, None), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    "changes", [{"layerShare": 0.5}, {"layerShare": 1, "inputDropout": 0.2}], ids=["frozen-trunk", "input-dropout"]
)
def test_it_learns(base: Path, tmp_path: Path, changes: dict[str, float]) -> None:
    result, said = train(tmp_path, base, epochs=4, **changes)
    losses = [point["validationLoss"] for point in result["lossCurve"] if point["validationLoss"] is not None]
    assert losses[-1] < 0.8 * losses[0]
    assert ("computing the frozen layers once" in said) == ("inputDropout" not in changes)
    assert not any("not caching" in text for text in said)


def test_only_layers_of_the_text_get_adapters(name: str, base: Path, adapter: Path) -> None:
    depth = 6 if name.startswith("gemma") else 4
    modules = 4 if name.startswith("phi") else 7
    names = list(read_header(adapter / "adapter_model.safetensors"))
    assert len(names) == 2 * depth * modules
    assert not any("vision" in one for one in names)


@needs_llama_cpp
def test_the_merged_file_computes_what_base_and_adapter_compute(
    name: str, base: Path, adapter: Path, base_gguf: Path, tmp_path: Path
) -> None:
    merged = tmp_path / "merged.gguf"
    trained_to_gguf("merge-to-gguf", base, adapter, base_gguf, merged)
    request = {"kind": "gguf-to-hf", "ggufFile": str(merged), "outputDir": str(tmp_path / "back")}
    if not ARCHITECTURES[name].trainable_from_gguf:
        with pytest.raises(TrainerError) as refused:
            convert.run(request)
        assert refused.value.code == "architecture-unsupported"
        return
    convert.run(request)
    tokens = AutoTokenizer.from_pretrained(base).encode(rows(1)[0]["prompt"], add_special_tokens=False)
    expected = logits(load_trained(str(base), str(adapter), CPU), tokens)
    untrained = logits(load_trained(str(base), None, CPU), tokens)
    back = logits(AutoModelForCausalLM.from_pretrained(tmp_path / "back").eval(), tokens)
    # float16 rounds the weights; a matrix in the wrong place or a wrong scale is many times further away.
    torch.testing.assert_close(back, expected, rtol=0, atol=0.1)
    assert (untrained - expected).abs().max() > 0.5


@needs_llama_cpp
def test_the_gguf_adapter_has_a_place_for_every_trained_matrix(
    base: Path, adapter: Path, base_gguf: Path, tmp_path: Path
) -> None:
    account = trained_to_gguf("adapter-to-gguf", base, adapter, base_gguf, tmp_path / "adapter.gguf")
    assert account["tensors"] == len(read_header(adapter / "adapter_model.safetensors"))


@needs_llama_cpp
@pytest.mark.parametrize("name", ["phi-4-mini"])
def test_the_file_of_a_stretched_embedding_keeps_the_factors_of_short_texts(base_gguf: Path) -> None:
    model = GgufModel(base_gguf)
    for which in ("short", "long"):
        np.testing.assert_allclose(model.weights(f"rope_factors_{which}.weight"), SHORT, rtol=1e-6)
    assert SHORT != LONG


@needs_llama_cpp
@pytest.mark.parametrize("name", ["mistral", "gemma-3-1b"])
def test_the_file_says_whether_a_space_follows_special_tokens(base: Path, base_gguf: Path) -> None:
    assert adds_space(base) is False
    assert GgufModel(base_gguf).value("tokenizer.ggml.add_space_prefix") is False


@pytest.mark.parametrize("name", ["mistral"])
def test_answers_are_tokenised_as_what_follows_the_prompt(base: Path, tmp_path: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(base)
    row = read_rows(write_rows(tmp_path / "rows.jsonl", rows(1)), tokenizer, END)[0]
    # Right after the special token that closes a prompt; at the beginning of a text there would be a space before it.
    text = f"{START}{rows(1)[0]['completion']}"
    assert list(row.tokens[row.prompt_length :]) == tokenizer.encode(text, add_special_tokens=False)[1:]
    assert tokenizer.convert_ids_to_tokens(row.tokens[row.prompt_length])[0] != "\u2581"


@pytest.mark.parametrize("name", ["gemma-3-4b"])
def test_full_fine_tuning_of_a_model_that_sees_images_is_refused_with_what_to_change(base: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainerError) as refused:
        train(tmp_path, base, method="full")
    assert refused.value.code == "architecture-unsupported"
    assert "train.method" in refused.value.hint
