"""A real llama.cpp server for tests: prints its address, ends with its stdin. Arguments: model, chat template file."""

import sys
from pathlib import Path

import xllamacpp

parameters = xllamacpp.CommonParams()
parameters.model.path = sys.argv[1]
parameters.n_ctx = 1024
parameters.n_parallel = 1
parameters.cpuparams.n_threads = 1
parameters.hostnames = ["127.0.0.1"]
parameters.port = 0
parameters.use_jinja = True
if len(sys.argv) > 2:
    parameters.chat_template = Path(sys.argv[2]).read_text(encoding="utf-8")
server = xllamacpp.Server(parameters)
print(server.listening_address, flush=True)
sys.stdin.read()
