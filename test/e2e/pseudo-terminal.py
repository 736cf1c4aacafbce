"""
Runs a command in a terminal of its own and types at it: each line as soon as the prompt is up again. Request on stdin as
JSON {command, lines, prompt, columns}; on stdout JSON {code, shown} with all that the terminal showed.
"""

import fcntl
import json
import os
import pty
import struct
import sys
import termios

request = json.load(sys.stdin)
child, terminal = pty.fork()
if child == 0:
    os.execvp(request["command"][0], request["command"])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, request["columns"], 0, 0))
shown, prompt, read_up_to = b"", request["prompt"].encode(), 0
lines = [line.encode() for line in request["lines"]]
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:  # Linux says so where a terminal is gone; elsewhere it is the end of the file.
        part = b""
    if part == b"":
        break
    shown += part
    at = shown.find(prompt, read_up_to)
    if at >= 0 and lines:
        read_up_to = at + len(prompt)
        os.write(terminal, lines.pop(0))
_, status = os.waitpid(child, 0)
json.dump({"code": os.waitstatus_to_exitcode(status), "shown": shown.decode(errors="replace")}, sys.stdout)
