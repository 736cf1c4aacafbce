"""Base weights from a local folder, and what is trained on top of them."""

from __future__ import annotations

import contextlib
import importlib.util
import re
from pathlib import Path
from typing import Any, Mapping

import torch
from peft import LoraConfig, PeftModel, get_peft_model, prepare_model_for_kbit_training
from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig

from . import hardware
from .protocol import TrainerError


def load_tokenizer(base_dir: str) -> Any:
    return AutoTokenizer.from_pretrained(base_dir, local_files_only=True, trust_remote_code=False)


def load_weights(
    base_dir: str, dtype: torch.dtype, attention: str, device: torch.device, four_bit: bool = False
) -> Any:
    """A causal language model from safetensors; pickled weights and code in the folder are refused."""
    if not any(Path(base_dir).glob("*.safetensors")):
        raise TrainerError(
            "data",
            "base-weights-missing",
            f"No safetensors weights in {base_dir}",
            "Pull the base model again: `stepdown models pull`.",
        )
    quantization = (
        BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=dtype,
        )
        if four_bit
        else None
    )
    model = AutoModelForCausalLM.from_pretrained(
        base_dir,
        local_files_only=True,
        trust_remote_code=False,
        use_safetensors=True,
        dtype=dtype,
        attn_implementation=attention,
        quantization_config=quantization,
        device_map={"": 0} if four_bit else None,
    )
    return model if four_bit else model.to(device)


def decoder_layers(model: Any) -> torch.nn.ModuleList:
    """The list of transformer layers, whatever the architecture calls it; of a model that sees images, the text's."""
    depth = model.config.get_text_config().num_hidden_layers
    for module in model.get_decoder().modules():
        if isinstance(module, torch.nn.ModuleList) and len(module) == depth:
            return module
    raise TrainerError(
        "prerequisite",
        "architecture-unsupported",
        f"No list of {depth} layers in {type(model).__name__}",
        "Choose another base model: `stepdown models list`.",
    )


def check_method(method: str, device: torch.device) -> None:
    """@raises TrainerError `qlora-needs-gpu` or `bitsandbytes-missing`."""
    if method != "qlora":
        return
    if device.type != "cuda":
        raise TrainerError(
            "prerequisite",
            "qlora-needs-gpu",
            "QLoRA trains on 4-bit weights, which needs an NVIDIA GPU; this machine has none",
            "Set train.method to lora in stepdown.yaml.",
        )
    if importlib.util.find_spec("bitsandbytes") is None:
        raise TrainerError(
            "prerequisite",
            "bitsandbytes-missing",
            "QLoRA needs the Python package bitsandbytes",
            "Remove the trainer's environment and run again: it is made with GPU packages where a GPU is found.",
        )


def has_text_only(model: Any) -> bool:
    return model.get_decoder() is model.base_model


def refuse_multimodal(model: Any) -> None:
    """@raises TrainerError `architecture-unsupported`: GGUF holds the text part alone, so the rest cannot be trained."""
    if has_text_only(model):
        return
    raise TrainerError(
        "prerequisite",
        "architecture-unsupported",
        f"{type(model).__name__} reads more than text, and all of its weights cannot be trained",
        "Set train.method to lora in stepdown.yaml: it trains the text part.",
    )


# Weights beyond this leave a CPU's memory no room for twice their size.
LARGE_WEIGHTS_BYTES = 4_000_000_000


def choose_precision(wanted: str, device: torch.device, base_dir: str) -> str:
    """
    `auto` is bf16 where the hardware computes in it, but for small models on a CPU: there fp32 was faster and learnt
    more (docs/experiments.md, "bf16 on a CPU that has it").
    """
    if wanted != "auto":
        return wanted
    small = sum(file.stat().st_size for file in Path(base_dir).glob("*.safetensors")) < LARGE_WEIGHTS_BYTES
    return "fp32" if not hardware.has_bf16(device) or (device.type == "cpu" and small) else "bf16"


class Trainable:
    """A model, its trained parameters by name, and where they begin."""

    def __init__(self, base_dir: str, settings: Mapping[str, Any], device: torch.device, attention: str):
        method = settings["method"]
        check_method(method, device)
        self.device = device
        self.method = method
        self.precision = choose_precision(settings["precision"], device, base_dir)
        half = self.precision == "bf16"
        # Full fine-tuning keeps its weights in fp32, where small updates are not rounded away.
        dtype = torch.bfloat16 if half and method != "full" else torch.float32
        self._autocast = half and method == "full"
        self.causal = load_weights(base_dir, dtype, attention, device, four_bit=method == "qlora")
        self.parameter_count = sum(parameter.numel() for parameter in self.causal.parameters())
        self.layers = decoder_layers(self.causal)
        if method == "full":
            refuse_multimodal(self.causal)
        depth = len(self.layers)
        self.first_trained = 0 if method == "full" else depth - max(1, round(settings["layerShare"] * depth))
        self.adapted: PeftModel | None = None
        if method != "full":
            if method == "qlora":
                self.causal = prepare_model_for_kbit_training(self.causal, use_gradient_checkpointing=False)
            self.adapted = get_peft_model(self.causal, self._lora(settings, depth))
        self.causal.train()
        self.trained = {
            name: parameter for name, parameter in self.causal.named_parameters() if parameter.requires_grad
        }

    def _lora(self, settings: Mapping[str, Any], depth: int) -> LoraConfig:
        # A part that reads images may have layers and projections of the same names.
        path = next(name for name, module in self.causal.named_modules() if module is self.layers)
        others = None if has_text_only(self.causal) else rf"(?!{re.escape(path)}\.).*"
        linear = sorted(
            {
                name.rsplit(".", 1)[-1]
                for name, module in self.layers.named_modules()
                if isinstance(module, torch.nn.Linear)
            }
        )
        return LoraConfig(
            task_type="CAUSAL_LM",
            r=settings["rank"],
            lora_alpha=settings["alpha"],
            lora_dropout=settings["dropout"],
            target_modules=linear,
            exclude_modules=others,
            layers_to_transform=list(range(self.first_trained, depth)),
            layers_pattern="layers",
        )

    def computing(self) -> contextlib.AbstractContextManager[Any]:
        """The context forward passes run in."""
        if self._autocast:
            return torch.autocast(self.device.type, dtype=torch.bfloat16)
        return contextlib.nullcontext()

    def save(self, folder: str, base_name: str) -> None:
        """
        Writes a PEFT adapter, or the whole model for full fine-tuning; always safetensors. An adapter names its base
        as others find it, and comes without PEFT's empty model card, which would name this machine's folder.
        """
        if self.adapted is None:
            self.causal.save_pretrained(folder, safe_serialization=True)
            return
        for config in self.adapted.peft_config.values():
            config.base_model_name_or_path = base_name
        self.adapted.save_pretrained(folder, safe_serialization=True)
        (Path(folder) / "README.md").unlink(missing_ok=True)
