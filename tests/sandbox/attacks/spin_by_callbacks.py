"""Calls back so often that the trusted side always has something to read, and waits for no answer.

Idea: our own loop: a clock that is looked at only when there is nothing to read is never looked at. One that was read
so let 2.2 s pass for 0.6.
"""

# row: cpu
# ns: cpu_time
# limits: call_cpu_seconds=0.3 call_wall_seconds=20
# control: limits call_cpu_seconds=30 call_wall_seconds=60
import fcntl
import os
import struct
import time

from raw import frame, value

CALL = b'{"seq":%9d,"op":"callback","body":{"t":[1,{"t":[]},{"d":[]}]}}'


def f(told):
    fcntl.fcntl(3, fcntl.F_SETFL, os.O_NONBLOCK)
    prefix = struct.pack("<IQ", len(CALL % 1), 0)
    number, waiting, end, over = 0, b"", time.process_time() + 1, False
    while waiting or not over:
        if len(waiting) < 1 << 15 and not over:
            waiting += b"".join([prefix + CALL % (number + place) for place in range(1, 301)])
            number += 300
            over = time.process_time() > end
            waiting += frame(2, "returned", value("BREACH: it called as long as it liked")) if over else b""
        for move in (write, read):
            try:
                waiting = move(waiting)
            except BlockingIOError:
                continue
    while True:
        time.sleep(0.01)
        try:
            read(b"")
        except BlockingIOError:
            continue


def write(waiting):
    return waiting[os.write(3, waiting) :]


def read(waiting):
    os.read(3, 1 << 17)
    return waiting
