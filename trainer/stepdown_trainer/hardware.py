"""What this machine can do, and how much memory is in use."""

from __future__ import annotations

import os
import platform
import resource
import sys

import torch


def device() -> torch.device:
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def device_name(at: torch.device) -> str:
    if at.type == "cuda":
        return torch.cuda.get_device_name(at)
    if sys.platform == "linux":
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def has_bf16(at: torch.device) -> bool:
    """
    True where bf16 arithmetic is in the hardware. A CPU without it runs bf16 ten times slower than fp32.
    """
    if at.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if at.type == "cpu":
        return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return False


def physical_cores() -> int:
    """Cores this process may use. Torch's own default already leaves out hyper-threads."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(allowed, torch.get_num_threads()))


def total_memory_bytes(at: torch.device) -> int:
    """Memory of the GPU, or of the machine, or less where a container's limit is lower."""
    if at.type == "cuda":
        return torch.cuda.get_device_properties(at).total_memory
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        with open("/sys/fs/cgroup/memory.max", encoding="ascii") as limit:
            text = limit.read().strip()
    except OSError:
        return total
    return total if text == "max" else min(total, int(text))


def used_memory_bytes(at: torch.device) -> int:
    """Allocated on the GPU, or resident in memory."""
    if at.type == "cuda":
        return torch.cuda.memory_allocated(at)
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return peak_memory_bytes(at)


def peak_memory_bytes(at: torch.device) -> int:
    if at.type == "cuda":
        return torch.cuda.max_memory_allocated(at)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
