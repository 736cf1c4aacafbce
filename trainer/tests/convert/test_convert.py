"""Conversions on a model of a few kilobytes, made here with numpy and gguf alone."""

import errno
import json

import numpy as np
import pytest
from gguf import GGUFReader, GGUFWriter

from stepdown_trainer.convert import run
from stepdown_trainer.convert.chat_template import copy_with_chat_template
from stepdown_trainer.convert.gguf_model import GgufModel
from stepdown_trainer.convert.row_layout import find_layout, interleaved, unchanged
from stepdown_trainer.convert.safetensors_folder import read_folder, write_file
from stepdown_trainer.protocol import TrainerError

HEADS, WIDTH, RANK = 2, 16, 3
MODULE = "model.layers.0.self_attn"
TEMPLATE = "{%- for message in messages -%}{{- '<|im_start|>漏れ' ~ message.content -}}{%- endfor -%}"


@pytest.fixture
def base(tmp_path):
    """A base whose query projection is interleaved in GGUF, as llama.cpp stores it, and whose output is not."""
    random = np.random.default_rng(7)
    weights = {
        name: random.normal(size=(WIDTH, WIDTH)).astype(np.float16).astype(np.float32)
        for name in (f"{MODULE}.q_proj.weight", f"{MODULE}.o_proj.weight")
    }
    weights["model.norm.weight"] = random.normal(size=WIDTH).astype(np.float32)
    save(tmp_path / "hf", weights)
    writer = GGUFWriter(tmp_path / "base.gguf", "llama")
    writer.add_block_count(1)
    writer.add_head_count(HEADS)
    # What a base model brings along: an alignment of its own, templates by name, and keys after them.
    writer.add_custom_alignment(64)
    writer.add_chat_template([{"name": "default", "template": "{{ messages }}"}, {"name": "tool_use", "template": "x"}])
    writer.add_token_list(["<unk>", "漏れ", "Ġpump"])
    writer.add_tensor("blk.0.attn_q.weight", to_gguf(weights[f"{MODULE}.q_proj.weight"]).astype(np.float16))
    writer.add_tensor("blk.0.attn_output.weight", weights[f"{MODULE}.o_proj.weight"].astype(np.float16))
    writer.add_tensor("output_norm.weight", weights["model.norm.weight"])
    close(writer)
    return weights


def to_gguf(matrix):
    """The order of rows that llama.cpp's converter gives: pairs (i, i + half) of each head beside each other."""
    half = WIDTH // HEADS // 2
    order = [head * 2 * half + part * half + i for head in range(HEADS) for i in range(half) for part in range(2)]
    return matrix[order]


def save(folder, weights):
    folder.mkdir()
    write_file(folder / "model.safetensors", [(n, "F32", w.shape) for n, w in weights.items()], weights.__getitem__)


def close(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@pytest.fixture
def adapter(tmp_path):
    random = np.random.default_rng(8)
    folder = tmp_path / "adapter"
    folder.mkdir()
    pairs = {}
    for module in ("q_proj", "o_proj"):
        pairs[f"base_model.model.{MODULE}.{module}.lora_A.weight"] = random.normal(size=(RANK, WIDTH)).astype("f4")
        pairs[f"base_model.model.{MODULE}.{module}.lora_B.weight"] = random.normal(size=(WIDTH, RANK)).astype("f4")
    plan = [(name, "F32", value.shape) for name, value in pairs.items()]
    write_file(folder / "adapter_model.safetensors", plan, pairs.__getitem__)
    configure(folder)
    return pairs


def configure(folder, **changes):
    config = {"peft_type": "LORA", "r": RANK, "lora_alpha": 6, "bias": "none", **changes}
    (folder / "adapter_config.json").write_text(json.dumps(config))


def convert(kind, tmp_path, trained="adapter", output="out.gguf"):
    paths = {"baseDir": "hf", "adapterDir": trained, "baseGguf": "base.gguf", "outputFile": output}
    request = {key: str(tmp_path / name) for key, name in paths.items()}
    return run({"kind": kind, "chatTemplate": TEMPLATE, **request})


def tensors(path):
    return {tensor.name: np.array(tensor.data, dtype=np.float32) for tensor in GGUFReader(path).tensors}


def test_merging_adds_the_scaled_product_in_the_order_of_gguf(tmp_path, base, adapter):
    convert("merge-to-gguf", tmp_path)
    merged = tensors(tmp_path / "out.gguf")
    for module, name, order in (("q_proj", "attn_q", to_gguf), ("o_proj", "attn_output", lambda m: m)):
        a = adapter[f"base_model.model.{MODULE}.{module}.lora_A.weight"]
        b = adapter[f"base_model.model.{MODULE}.{module}.lora_B.weight"]
        expected = order(base[f"{MODULE}.{module}.weight"] + 2.0 * (b @ a))
        np.testing.assert_allclose(merged[f"blk.0.{name}.weight"], expected, rtol=1e-3, atol=1e-2)
    np.testing.assert_array_equal(merged["output_norm.weight"], base["model.norm.weight"])


def metadata(path):
    reader = GGUFReader(path)
    return {name: field.contents() for name, field in reader.fields.items() if not name.startswith("GGUF.")}


def test_the_merged_file_carries_the_trained_template_and_everything_else_of_the_base(tmp_path, base, adapter):
    convert("merge-to-gguf", tmp_path)
    before, after = metadata(tmp_path / "base.gguf"), metadata(tmp_path / "out.gguf")
    assert before["tokenizer.chat_template"] == "{{ messages }}"
    templates = [name for name in before if name.startswith("tokenizer.chat_template")]
    assert sorted(templates) == [
        "tokenizer.chat_template", "tokenizer.chat_template.tool_use", "tokenizer.chat_templates",
    ]  # fmt: skip
    kept = {name: value for name, value in before.items() if name not in templates}
    assert after == {**kept, "tokenizer.chat_template": TEMPLATE}
    places = [tensor.data_offset for tensor in GGUFReader(tmp_path / "out.gguf").tensors]
    assert all(place % 64 == 0 for place in places)


@pytest.mark.parametrize("template", ["", "x", "y" * 63, "漏" * 5000])
def test_a_base_without_a_template_gets_one_of_any_length(tmp_path, base, adapter, template):
    writer = GGUFWriter(tmp_path / "bare.gguf", "llama")
    writer.add_block_count(1)
    writer.add_head_count(HEADS)
    for name, weight in tensors(tmp_path / "base.gguf").items():
        writer.add_tensor(name, weight.astype(np.float16))
    close(writer)
    model = GgufModel(tmp_path / "bare.gguf")
    places = copy_with_chat_template(model, template, tmp_path / "out.gguf")
    assert metadata(tmp_path / "out.gguf") == {**metadata(tmp_path / "bare.gguf"), "tokenizer.chat_template": template}
    for tensor in GGUFReader(tmp_path / "out.gguf").tensors:
        assert places[tensor.name] == tensor.data_offset
        np.testing.assert_array_equal(tensor.data, model.tensors[tensor.name].data)


def test_a_disk_that_fills_up_while_merging_leaves_nothing_behind(tmp_path, base, adapter, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    before = sorted(path.name for path in tmp_path.iterdir())
    monkeypatch.setattr("stepdown_trainer.convert.gguf_metadata.shutil.copyfileobj", full)
    with pytest.raises(TrainerError) as error:
        convert("merge-to-gguf", tmp_path)
    assert (error.value.code, error.value.category) == ("disk-full", "prerequisite")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize("changes,scale", [({}, 2.0), ({"use_rslora": True}, 6 / 3**0.5), ({"alpha_pattern": {"q_proj": 3}}, 1.0)])
def test_the_gguf_adapter_changes_the_base_as_peft_does(tmp_path, base, adapter, changes, scale):
    configure(tmp_path / "adapter", **changes)
    convert("adapter-to-gguf", tmp_path)
    out = tensors(tmp_path / "out.gguf")
    alpha = GGUFReader(tmp_path / "out.gguf").get_field("adapter.lora.alpha").contents()
    # llama.cpp applies alpha / rank to B times A.
    applied = alpha / RANK * out["blk.0.attn_q.weight.lora_b"] @ out["blk.0.attn_q.weight.lora_a"]
    a, b = (adapter[f"base_model.model.{MODULE}.q_proj.lora_{half}.weight"] for half in "AB")
    np.testing.assert_allclose(applied, to_gguf(scale * b @ a), rtol=5e-3, atol=5e-2)


def test_a_fully_trained_folder_takes_the_place_of_the_base(tmp_path, base):
    trained = {name: weight + np.float32(0.25) for name, weight in base.items()}
    save(tmp_path / "full", trained)
    convert("merge-to-gguf", tmp_path, trained="full")
    merged = tensors(tmp_path / "out.gguf")
    np.testing.assert_allclose(merged["blk.0.attn_q.weight"], to_gguf(trained[f"{MODULE}.q_proj.weight"]), atol=2e-3)
    np.testing.assert_allclose(merged["output_norm.weight"], trained["model.norm.weight"], atol=1e-6)


@pytest.mark.parametrize("changes", [{"use_dora": True}, {"bias": "all"}, {"peft_type": "IA3"}, {"fan_in_fan_out": True}])
def test_adapters_that_gguf_cannot_express_are_refused(tmp_path, base, adapter, changes):
    configure(tmp_path / "adapter", **changes)
    with pytest.raises(TrainerError) as error:
        convert("adapter-to-gguf", tmp_path)
    assert error.value.code == "adapter-unsupported"


def test_a_folder_that_is_not_the_base_is_noticed_and_leaves_nothing_behind(tmp_path, base, adapter):
    (tmp_path / "hf" / "model.safetensors").unlink()
    (tmp_path / "hf").rmdir()
    save(tmp_path / "hf", {name: -weight for name, weight in base.items()})
    for kind in ("adapter-to-gguf", "merge-to-gguf"):
        with pytest.raises(TrainerError) as error:
            convert(kind, tmp_path)
        assert error.value.code == "conversion-mismatch"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["adapter", "base.gguf", "hf"]


@pytest.mark.parametrize("keep", [0, 3, 20, 200, 900])
def test_a_truncated_gguf_is_refused(tmp_path, base, adapter, keep):
    content = (tmp_path / "base.gguf").read_bytes()
    (tmp_path / "base.gguf").write_bytes(content[:keep])
    with pytest.raises(TrainerError) as error:
        convert("merge-to-gguf", tmp_path)
    assert error.value.code == "gguf-invalid"


def test_a_hostile_safetensors_header_is_refused(tmp_path):
    (tmp_path / "x.safetensors").write_bytes((2**60).to_bytes(8, "little") + b"{}")
    with pytest.raises(TrainerError) as error:
        read_folder(tmp_path)
    assert error.value.code == "safetensors-invalid"


def test_a_model_folder_with_code_is_refused_before_anything_runs(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"auto_map": {"AutoModel": "evil.Model"}}))
    request = {"modelDir": str(tmp_path), "outputFile": str(tmp_path / "o"), "cacheDir": str(tmp_path)}
    with pytest.raises(TrainerError) as error:
        run({"kind": "hf-to-gguf", "llamaCppBundle": "none", "llamaCppTag": "v0", **request})
    assert error.value.code == "model-runs-code"


def test_bfloat16_is_read_exactly(tmp_path):
    values = np.array([[1.0, -2.5, 3.140625]], dtype=np.float32)
    write_file(tmp_path / "x.safetensors", [("w", "BF16", values.shape)], lambda _: values)
    np.testing.assert_array_equal(read_folder(tmp_path)["w"].read(), values)


def test_the_layout_is_found_by_comparison():
    matrix = np.random.default_rng(1).normal(size=(WIDTH, 4)).astype(np.float32)
    assert find_layout("w", matrix, matrix, (HEADS,)) is unchanged
    layout = find_layout("w", matrix, to_gguf(matrix), (HEADS,))
    np.testing.assert_array_equal(layout(matrix), interleaved(HEADS)(matrix))
