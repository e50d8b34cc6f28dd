"""Writes what functions are exactly, to 25 digits: the files in
src/test/resources/io/retrograd/backend/conformance/numerics.

    pip install mpmath && python src/tools/numerics/truth.py src/test/resources/io/retrograd/backend/conformance/numerics

activations.tsv: kind, x, f(x), f'(x), the largest term of f'(x) as a sum; in a line of kind e, f at
both ends: -Infinity and Infinity.
lines.tsv: function, least kind, dimensions, x, target, weights, dy, y, dx, the size of what dx is
a difference of.

A kind says which precisions have the number: b bfloat16, f float32, d float64, each with those
before it. Numbers are read as decimals; inputs are rounded to their kind.
"""

import pathlib
import sys

import losses
from common import NARROW, ROWS, bf16, emit, f32, sigmoid, text
from mpmath import mp, mpf


# Activations -----------------------------------------------------------------------------------

BFLOAT16 = (
    [2.0**k for k in (-126, -100, -60, -30, -27, -24, -20, -14, -10, -7, -5, -4, -3)]
    + [0.1875, 0.25, 0.375, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 2.96875, 3, 3.03125, 3.5]
    + [4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16, 17.5, 19, 20, 21, 25, 30, 40, 44, 46, 50, 64, 80]
    + [87, 88, 89, 90, 100, 103, 104, 106, 128, 256, 1000]
    + [2.0**k for k in (20, 53, 64, 100, 127)]
    + [bf16(3.38e38)]
)
FLOAT32 = [1.5e-45, 1e-40, 1e-38, 1e-20, 1e-8, 6e-8, 1e-5, 3e-3, 0.1, 0.3, 0.7, 1.1, 2.7182817]
FLOAT32 += [3.3, 4.7, 5.1, 7.7, 9.1, 12.3, 13.7, 20.000002, 33.3, 87.9, 88.5, 102.9, 103.7]
FLOAT32 += [8e6, 1e16, 1e30, 3e38, 3.4028235e38]
FLOAT64 = [5e-324, 1e-310, 1e-300, 1e-154, 1e-17, 1e-9, 0.1, 0.49, 1.9, 5.3, 6.1, 12.7, 20.1]
FLOAT64 += [27.3, 36.9, 37.6, 38.3, 300.1, 354.9, 360.3, 371.7, 600.1, 700.7, 709.5, 720.3, 740.2]
FLOAT64 += [745.1, 750, 1e39, 1e154, 1e160, 1e300, 1.7e308]


def points():
    for kind, magnitudes, narrow in (("b", BFLOAT16, bf16), ("f", FLOAT32, f32), ("d", FLOAT64, float)):
        for x in magnitudes:
            assert narrow(x) == x or kind != "b", x
            yield kind, mpf(narrow(x))
            yield kind, mpf(-narrow(x))
    yield "b", mpf(0)


def softplus(x):
    return (x if x > 0 else mpf(0)) + mp.log1p(mp.exp(-abs(x)))


def normal(x):
    # mp.erfc is slow far out, where this is below every double
    return mpf(0) if x < -60 else mpf(1) if x > 60 else mp.erfc(-x / mp.sqrt(2)) / 2


def density(x):
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def sech2(x):
    return mp.mpf(4) * mp.exp(-2 * abs(x)) / (1 + mp.exp(-2 * abs(x))) ** 2


def tanh_shrink(x):
    """x - tanh(x), by its series where 100 digits are too few for the difference."""
    if abs(x) > 1e-6:
        return x - mp.tanh(x)
    return x**3 / 3 - 2 * x**5 / 15 + 17 * x**7 / 315 - 62 * x**9 / 2835


def clamp(x, a, b):
    return max(mpf(a), min(mpf(b), x))


def logit(x):
    """Twice the argument of tanh in the approximation of x times the normal distribution."""
    return 2 * mp.sqrt(2 / mp.pi) * (x + mpf("0.044715") * x**3)


def logit_slope(x):
    return 2 * mp.sqrt(2 / mp.pi) * (1 + 3 * mpf("0.044715") * x**2)


ALPHA = mpf(0.25)
SELU_ALPHA = mpf("1.6732632423543772848170429916717")
SELU_SCALE = mpf("1.0507009873554804934193349852946")
ACTIVATIONS = {
    "RELU": (lambda x: max(x, mpf(0)), lambda x: [mpf(x > 0)]),
    "LEAKY_RELU": (lambda x: x if x > 0 else ALPHA * x, lambda x: [1 if x > 0 else ALPHA]),
    "ELU": (
        lambda x: x if x > 0 else ALPHA * mp.expm1(x),
        lambda x: [mpf(1) if x > 0 else ALPHA * mp.exp(x)],
    ),
    "SIGMOID": (sigmoid, lambda x: [sigmoid(x) * sigmoid(-x)]),
    "TANH": (mp.tanh, lambda x: [sech2(x)]),
    "SOFTPLUS": (
        lambda x: x if x > 20 else softplus(x),
        lambda x: [mpf(1) if x > 20 else sigmoid(x)],
    ),
    "SOFTSIGN": (lambda x: x / (1 + abs(x)), lambda x: [1 / (1 + abs(x)) ** 2]),
    "SILU": (lambda x: x * sigmoid(x), lambda x: [sigmoid(x), x * sigmoid(x) * sigmoid(-x)]),
    "GELU": (lambda x: x * normal(x), lambda x: [normal(x), x * density(x)]),
    "MISH": (
        lambda x: x * mp.tanh(softplus(x)),
        lambda x: [mp.tanh(softplus(x)), x * sigmoid(x) * sech2(softplus(x))],
    ),
    "HARDTANH": (lambda x: clamp(x, -1, 1), lambda x: [mpf(-1 < x < 1)]),
    "HARDSWISH": (
        lambda x: x * clamp(x + 3, 0, 6) / 6,
        lambda x: [mpf(0)] if x <= -3 else [x / 3, mpf(0.5)] if x < 3 else [mpf(1)],
    ),
    "RELU6": (lambda x: clamp(x, 0, 6), lambda x: [mpf(0 < x < 6)]),
    "SELU": (
        lambda x: SELU_SCALE * (x if x > 0 else SELU_ALPHA * mp.expm1(x)),
        lambda x: [SELU_SCALE * (1 if x > 0 else SELU_ALPHA * mp.exp(x))],
    ),
    "CELU": (
        lambda x: x if x > 0 else ALPHA * mp.expm1(x / ALPHA),
        lambda x: [mpf(1) if x > 0 else mp.exp(x / ALPHA)],
    ),
    "HARDSIGMOID": (
        lambda x: clamp(x + 3, 0, 6) / 6,
        lambda x: [mpf(1) / 6 if -3 < x < 3 else mpf(0)],
    ),
    "LOGSIGMOID": (lambda x: -softplus(-x), lambda x: [sigmoid(-x)]),
    "TANHSHRINK": (tanh_shrink, lambda x: [mp.tanh(x) ** 2]),
    "GELU_TANH": (
        lambda x: x * sigmoid(logit(x)),
        lambda x: [sigmoid(logit(x)), x * sigmoid(logit(x)) * sigmoid(-logit(x)) * logit_slope(x)],
    ),
}


def activations(file):
    for name, (f, df) in ACTIVATIONS.items():
        for kind, x in points():
            terms = [mpf(t) for t in df(x)]
            size = max(abs(t) for t in terms)
            row = [name, kind, repr(float(x)), text(f(x)), text(sum(terms)), text(size)]
            print(*row, sep="\t", file=file)
        ends = [float(f(x)) for x in (-mp.inf, mp.inf)]
        words = [str(y).replace("inf", "Infinity").replace("nan", "NaN") for y in ends]
        print(name, "e", "-Infinity Infinity", *words, sep="\t", file=file)


# Softmax, losses, normalisations ---------------------------------------------------------------


def softmax(xs):
    top = max(xs)
    e = [mp.exp(x - top) for x in xs]
    return [v / sum(e) for v in e]


def log_softmax(xs):
    top = max(xs)
    rest = sum(mp.exp(x - top) for x in xs) - 1
    return [x - top - mp.log1p(rest) for x in xs]


def rows(file):
    for kind, row in ROWS:
        x = [mpf(NARROW[kind](v)) for v in row]
        n = len(x)
        dy = [mpf(v) for v in (1, -0.5, 0.25, 2, -1.5)[:n]]
        p, logp = softmax(x), log_softmax(x)
        inner = sum(a * b for a, b in zip(p, dy))
        spread = [a * max(abs(b), sum(abs(c * d) for c, d in zip(p, dy))) for a, b in zip(p, dy)]
        emit(file, "softmax", kind, f"1,{n}", x, [], [], dy, p, [a * (b - inner) for a, b in zip(p, dy)], spread)
        total = sum(dy)
        emit(file, "log softmax", kind, f"1,{n}", x, [], [], dy, logp,
             [b - a * total for a, b in zip(p, dy)], [max(abs(b), a * sum(abs(c) for c in dy)) for a, b in zip(p, dy)])
        entropies(file, kind, x, p, logp)


def entropies(file, kind, x, p, logp):
    n = len(x)
    for label in range(min(2, n)):
        for smooth, weighted in ((0, False), (0.25, False), (0, True), (0.125, True)):
            w = [mpf(v) for v in (0.5, 2, 1.25, 3, 0.25)[:n]] if weighted else [mpf(1)] * n
            q = [w[c] * ((1 - mpf(smooth)) * (c == label) + mpf(smooth) / n) for c in range(n)]
            loss = -sum(a * b for a, b in zip(q, logp)) / w[label]
            dx = [(a * sum(q) - b) / w[label] for a, b in zip(p, q)]
            size = [max(a * sum(q), b) / w[label] for a, b in zip(p, q)]
            name = "cross entropy" + (", smoothed" if smooth else "") + (", weighted" if weighted else "")
            emit(file, f"{name}|{smooth}", kind, f"1,{n}", x, [label], w if weighted else [], [1], [loss], dx, size)


NORM_ROWS = [
    ("b", [1, 2, 3, 4]), ("b", [1000, 1000, 1008, 1000]), ("b", [2.0**-100, -(2.0**-100), 0, 2.0**-101]),
    ("b", [2.0**-10, 0, -(2.0**-10), 0]), ("b", [5, 5, 5, 5]), ("b", [2.0**40, -(2.0**40), 2.0**39, 0]),
    ("b", [2.0**60, -(2.0**60), 2.0**59, 0]), ("f", [0.1, 0.7, -1.3, 8.1]), ("f", [1e15, -1e15, 3e14, 0]),
    ("f", [1e4, 10001, 9999, 10003]), ("f", [1e-30, 3e-30, -1e-30, 1e-38]), ("d", [1e30, -1e30, 3e29, 0]),
    ("d", [1e140, -1e140, 3e139, 0]), ("d", [8e6, 8000000.3, 7999999.1, 8e6]), ("d", [1e-200, 3e-200, 0, 0]),
]
HUGE_ROWS = [("f", [1e30, -1e30, 3e29, 0]), ("f", [3e38, -3e38, 1e38, 0])]


def norm(file, name, kind, row, eps):
    x = [mpf(NARROW[kind](v)) for v in row]
    n = len(x)
    dy = [mpf(v) for v in (1, -0.5, 0.25, 2)]
    mean = sum(x) / n
    r = 1 / mp.sqrt(sum((v - mean) ** 2 for v in x) / n + eps)
    h = [(v - mean) * r for v in x]
    product = sum(a * b for a, b in zip(dy, h))
    dx = [r * (g - sum(dy) / n - v * product / n) for g, v in zip(dy, h)]
    rms_norm(file, name, kind, x, dy, eps)
    # the mean is rounded, which changes all h by its share of x r
    far = max(1, max(abs(v) for v in x) * r)
    size = [r * far * max(abs(g), sum(map(abs, dy)) / n, abs(v * product / n)) for g, v in zip(dy, h)]
    # weights hold the size of what y is a difference of: x r
    emit(file, name, kind, "1,4", x, [], [max(abs(v), abs(mean)) * r for v in x], dy, h, dx, size)


def rms_norm(file, name, kind, x, dy, eps):
    n = len(x)
    r = 1 / mp.sqrt(sum(v * v for v in x) / n + eps)
    h = [v * r for v in x]
    product = sum(a * b for a, b in zip(dy, h)) / n
    spread = sum(abs(a * b) for a, b in zip(dy, h)) / n
    dx = [r * (g - v * product) for g, v in zip(dy, h)]
    size = [r * max(abs(g), abs(v) * spread) for g, v in zip(dy, h)]
    emit(file, name.replace("norm", "rms norm"), kind, f"1,{n}", x, [], [], dy, h, dx, size)


def norms(file):
    eps = mpf(2.0**-17)
    for kind, row in NORM_ROWS:
        norm(file, "norm", kind, row, eps)
    for kind, row in HUGE_ROWS:
        norm(file, "huge norm", kind, row, eps)
    for kind, row in NORM_ROWS[:8] + [("f", [1e15, 1, 0, -3])]:
        lrn(file, kind, [mpf(NARROW[kind](v)) for v in row])


def lrn(file, kind, x):
    size, alpha, beta, k = 3, mpf(0.5), mpf(0.75), mpf(2)
    n = len(x)
    dy = [mpf(v) for v in (1, -0.5, 0.25, 2)]
    window = [range(max(0, c - 1), min(n, c + 2)) for c in range(n)]
    s = [k + alpha / size * sum(x[j] ** 2 for j in window[c]) for c in range(n)]
    y = [v * d**-beta for v, d in zip(x, s)]
    factor = 2 * alpha * beta / size
    terms = [[factor * x[j] * dy[c] * x[c] * s[c] ** (-beta - 1) for c in window[j]] for j in range(n)]
    direct = [g * d**-beta for g, d in zip(dy, s)]
    dx = [d - sum(t) for d, t in zip(direct, terms)]
    size_of = [max([abs(d)] + [abs(v) for v in t]) for d, t in zip(direct, terms)]
    emit(file, "local response norm", kind, "1,4", x, [], [], dy, y, dx, size_of)


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "activations.tsv", "w") as file:
        activations(file)
    with open(folder / "lines.tsv", "w") as file:
        rows(file)
        losses.write(file)
        norms(file)


main()
