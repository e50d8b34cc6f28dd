"""What the exact numbers have in common: precisions, and how a line is written, and rows of logits."""

import struct

from mpmath import mp, mpf

mp.dps = 100
DIGITS = 25


def f32(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def bf16(x):
    bits = struct.unpack("I", struct.pack("f", x))[0]
    return struct.unpack("f", struct.pack("I", (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000))[0]


def text(x):
    """What is far below every double is 0."""
    return mp.nstr(mpf(x), DIGITS, min_fixed=-3, max_fixed=6) if abs(x) > mpf("1e-400") else "0"


def sigmoid(x):
    return 1 / (1 + mp.exp(-x)) if x > 0 else mp.exp(x) / (1 + mp.exp(x))


ROWS = [
    ("b", [3.38e38, 3.38e38]),
    ("b", [2.0**127, 2.0**127, -(2.0**127)]),
    ("b", [-(2.0**127), -(2.0**127), -(2.0**127)]),
    ("b", [0, 0, 0, 0]),
    ("b", [2.0**-126, -(2.0**-126), 0]),
    ("b", [10, -10, 0.5]),
    ("b", [0, -15]),
    ("b", [0, -30, -80]),
    ("b", [5, 4.5, 3, -87, -100]),
    ("f", [8e6, 8e6 + 1, 8e6 - 2]),
    ("f", [16777216, 16777215, 16777214]),
    ("f", [3e38, 3e38, 1]),
    ("f", [1e-8, -1e-8, 0, 1e-40]),
    ("f", [0.1, -79.9, 3.3, -0.7]),
    ("f", [1e16, 1e16, 9.9999e15]),
    ("d", [8e6, 8000000.3, 7999999.1]),
    ("d", [1e300, 1e300, -1e300]),
    ("d", [1.7e308, 1.7e308]),
    ("d", [1e15, 1e15 + 0.5, 1e15 - 0.25]),
    ("d", [0, -36.5, -300.25, -745]),
]
NARROW = {"b": bf16, "f": f32, "d": float}


def emit(file, function, kind, dims, x, target, weights, dy, y, dx, size):
    lists = [[repr(float(v)) for v in x], [repr(float(v)) for v in target], [repr(float(min(v, mpf(1e308)))) for v in weights]]
    lists += [[repr(float(v)) for v in dy], map(text, y), map(text, dx), map(text, size)]
    print(function, kind, dims, *(" ".join(part) for part in lists), sep="\t", file=file)
