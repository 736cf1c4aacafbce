"""llama.cpp's own HTTP server for bench/serving.mjs: MODEL THREADS PARALLEL CONTEXT. Prints its address, ends with its stdin."""

import sys

import xllamacpp

model, threads, parallel, context = sys.argv[1:]
parameters = xllamacpp.CommonParams()
parameters.model.path = model
parameters.n_ctx = int(context) * int(parallel)
parameters.n_parallel = int(parallel)
parameters.cpuparams.n_threads = int(threads)
parameters.cpuparams_batch.n_threads = int(threads)
parameters.hostnames = ["127.0.0.1"]
parameters.port = 0
server = xllamacpp.Server(parameters)
print(server.listening_address, flush=True)
sys.stdin.read()
