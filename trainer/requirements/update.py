"""Makes the lock files of this folder from pyproject.toml: `python requirements/update.py` (needs uv).

base.txt   what training, answering and converting need; with hashes. torch itself is left out: which build
           is right depends on the machine (see src/trainers/torch/environment/torch-build.ts).
cuda.txt   what the CUDA build of torch needs besides, and bitsandbytes. Without hashes, because these
           may come from a vendor's index that repacks them.
test.txt, bench.txt   what the extras add to base.txt; with hashes.
"""

import re
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
CUDA = re.compile(r"^(nvidia-|cuda-|triton==|bitsandbytes==)")


def compile_lock(output: Path, *arguments: str) -> list[str]:
    """Resolve pyproject.toml into `output`; returns its entries, one per package with its hashes."""
    command = ["uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11"]
    command += ["--no-header", "--no-annotate", "--quiet"]
    subprocess.run([*command, *arguments, "-o", str(output)], cwd=HERE.parent, check=True)
    return re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", output.read_text(), re.MULTILINE | re.DOTALL)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        everything = Path(folder) / "all.txt"
        compile_lock(everything, "--extra", "cuda", "--extra", "test", "--extra", "bench")
        same = ("-c", str(everything))
        base = compile_lock(Path(folder) / "base.txt", *same, "--generate-hashes")
        base = [entry for entry in base if not CUDA.match(entry) and not entry.startswith("torch==")]
        write("base", base)
        cuda = compile_lock(Path(folder) / "cuda.txt", *same, "--extra", "cuda")
        write("cuda", [entry for entry in cuda if CUDA.match(entry)])
        for extra in ("test", "bench"):
            entries = compile_lock(Path(folder) / f"{extra}.txt", *same, "--generate-hashes", "--extra", extra)
            added = [e for e in entries if e not in base and not CUDA.match(e) and not e.startswith("torch==")]
            write(extra, added)


def write(name: str, entries: list[str]) -> None:
    """Writes a lock without the markers that every entry has (the supported platforms of pyproject.toml)."""
    text = "".join(entries)
    text = re.sub(r"\(\(platform_machine == 'arm64' and sys_platform == 'darwin'\) or .*?\)\)", "EVERYWHERE", text)
    for common in ("EVERYWHERE", "python_full_version < '3.15'"):
        text = text.replace(f" ; {common} and ", " ; ").replace(f" and {common}", "").replace(f" ; {common}", "")
    (HERE / f"{name}.txt").write_text(text)


if __name__ == "__main__":
    main()
