"""Holds more memory than its limit in Python's own objects.

Idea: limits that patch NumPy's allocator.
"""


# row: memory
# ns: raised MemoryError
# limits: data_bytes=134217728
# control: limits data_bytes=536870912
def f(told):
    held = [[None] * (4 << 20) for _ in range(6)]
    return f"BREACH: {sum(map(len, held)) * 8 >> 20} MiB"
