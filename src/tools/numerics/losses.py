"""Losses, exactly, with the sizes of what their values and derivatives are sums of."""

from common import NARROW, ROWS, emit, f32, sigmoid
from mpmath import mp, mpf

PAIRS = [
    ("b", 0, 0), ("b", 0, 1), ("b", 1, 1), ("b", 0.5, 0.25), ("b", -30, 0), ("b", 30, 1), ("b", -87, 0),
    ("b", 87, 1), ("b", 15, 1), ("b", -15, 1), ("b", 3.5, 0.75), ("b", 2.0**-60, 0), ("b", 2.0**-100, 0.5),
    ("b", -(2.0**100), 0), ("b", 2.0**100, 1), ("b", 2.0**64, 0.5), ("b", -7, 0.0625), ("b", -0.5, 1),
    ("f", 1e-8, 0), ("f", 0.1, 0.3), ("f", 20.3, 0.9999999), ("f", -20.3, 1e-7), ("f", 1e18, 0.3),
    ("f", -103.1, 0), ("f", 3e38, 1), ("f", -3e38, 0), ("f", 1e-40, 0), ("f", 8e6, 1), ("f", -1.2, 1e-30),
    ("f", 3e38, 0.1), ("d", 0.1, 0.7), ("d", 36.9, 1), ("d", -740.3, 0), ("d", 1e150, 0.3), ("d", 1e300, 1),
    ("d", -1e300, 0), ("d", 1e-160, 0), ("d", 25.1, 0.99999999999), ("d", -3.3, 1e-300),
]


def kl(x, t):
    return mpf(0) if t == 0 else t * (mp.log(t) - x)


def bce(x, t):
    return (x * (1 - t) if x > 0 else -x * t) + mp.log1p(mp.exp(-abs(x)))


def sign(d):
    return mpf((d > 0) - (d < 0))


def pointwise(name, x, t, a):
    """The loss, its derivative, and the size of the largest term of each."""
    d = x - t
    size = abs(d)
    if name == "mse":
        return d * d, 2 * d, d * d
    if name == "l1":
        return size, sign(d), size
    if name == "smooth l1":
        near = size < a
        return (size * size / (2 * a), d / a, 0) if near else (size - a / 2, sign(d), size)
    if name == "huber":
        near = size <= a
        return (size * size / 2, d, 0) if near else (a * (size - a / 2), a * sign(d), a * size)
    if name == "bce with logits":
        return bce(x, t), (1 - t) * sigmoid(x) - t * sigmoid(-x), 0
    if name == "focal":
        return focal(x, t, a)[0], sum(focal(x, t, a)[1]), 0
    if name == "poisson nll of logs":
        return mp.exp(x) - t * x, mp.exp(x) - t, max(mp.exp(x), abs(t * x))
    if name == "poisson nll":
        log = mp.log(x + a)
        return x - t * log, 1 - t / (x + a), max(abs(x), abs(t * log))
    return kl(x, t), -t, 0 if t == 0 else t * max(abs(mp.log(t)), abs(x))


def focal(x, t, gamma):
    """The loss with alpha 0.25, and the terms of its derivative."""
    alpha = (1 + 2 * (1 - t)) / 4
    q = (1 - t) * sigmoid(x) + t * sigmoid(-x)
    slope = (1 - 2 * t) * sigmoid(x) * sigmoid(-x)
    inner = gamma * q ** (gamma - 1) * slope * bce(x, t) if q > 0 else mpf(0)
    power = q**gamma
    return alpha * power * bce(x, t), [alpha * power * (1 - t) * sigmoid(x), -alpha * power * t * sigmoid(-x), alpha * inner]


def terms(name, x, t, a):
    """The size of what the derivative is a sum of; 0 where it has one term."""
    if name == "bce with logits":
        return max((1 - t) * sigmoid(x), t * sigmoid(-x))
    if name == "focal":
        return max(map(abs, focal(x, t, a)[1]))
    if name == "poisson nll of logs":
        return max(mp.exp(x), t)
    return max(mpf(1), t / (x + a)) if name == "poisson nll" else 0


def defined(name, x):
    if name == "poisson nll of logs":
        return abs(x) < 88
    return x >= 0 if name == "poisson nll" else True


def pointwise_losses(file):
    parameters = {"mse": [0], "l1": [0], "smooth l1": [0.5, 2.0**-60, 2.0**100], "huber": [0.5, 2.0**-60, 2.0**60]}
    parameters |= {"focal": [0, 0.5, 2], "poisson nll": [2.0**-27]}
    names = ("mse", "l1", "smooth l1", "huber", "bce with logits", "kl div", "focal", "poisson nll", "poisson nll of logs")
    for name in names:
        for a in parameters.get(name, [0]):
            for kind, x, t in PAIRS:
                x, t = mpf(NARROW[kind](x)), mpf(NARROW[kind](t))
                if not defined(name, x):
                    continue
                value, slope, size = pointwise(name, x, t, mpf(a))
                # the value's size takes weights' place
                emit(file, f"{name}|{a}", kind, "1,1", [x], [t], [size], [1], [value], [slope], [terms(name, x, t, mpf(a))])


# Losses of two or three parts of a row ---------------------------------------------------------

GAUSSIANS = [
    ("b", 0, 1, 0), ("b", 1, 0.5, 0.25), ("b", -3, 2.0**-19, 4), ("b", 100, 2.0**60, -100), ("b", 2.0**40, 2.0**80, 0),
    ("b", 0.5, 2.0**-100, 0.5), ("f", 0.1, 0.3, 0.7), ("f", 1e8, 1e-3, 8e7), ("f", 1e-8, 1e-5, 0), ("f", 8e6, 3.3, 8000001),
    ("f", 1e15, 1e30, -3e14), ("d", 0.1, 0.3, 0.7), ("d", 1e100, 1e150, 0), ("d", 8000000.3, 1e-5, 8e6), ("d", 3.3, 1e300, 1),
]
EMBEDDINGS = [
    ("b", [1, 2, -3], [0.5, 1, 2]), ("b", [1, 0, 0], [0, 1, 0]), ("b", [2.0**50, 2.0**49, 0], [2.0**-10, 0, 2.0**-9]),
    ("b", [1, 2, 3], [1, 2, 3.015625]), ("b", [2.0**-18, 0, 2.0**-19], [1, 1, 0]), ("b", [0, 0, 0], [1, 2, 3]),
    ("f", [0.1, -0.7, 1.3], [2.1, 0.3, -0.4]), ("f", [1e15, 3e14, 0], [-1e14, 1e15, 7]), ("f", [8e6, 8000001, 1], [0.3, -0.1, 2]),
    ("f", [1e-8, 3e-8, 1e-9], [0.1, 0.2, 0.3]), ("d", [1e100, -1e99, 3], [1e-100, 0.3, 0.1]), ("d", [0.1, 0.7, -0.3], [0.3, 0.1, 1e-5]),
]


def gaussian(file):
    for kind, x, v, t in GAUSSIANS:
        x, v, t = (mpf(NARROW[kind](part)) for part in (x, v, t))
        w = max(v, mpf(2.0**-20))
        square = (x - t) ** 2 / w
        value = (mp.log(w) + square) / 2
        dx = [(x - t) / w, (1 - square) / w / 2]
        emit(file, "gaussian nll", kind, "1,2", [x, v], [t], [max(abs(mp.log(w)), square) / 2], [1], [value], dx,
             [0, max(mpf(1), square) / w / 2])


def cosine(file):
    eps = mpf(f32(1e-12))
    for (kind, x, z), t in ((row, t) for row in EMBEDDINGS for t in (1, -1)):
        x, z = ([mpf(NARROW[kind](v)) for v in part] for part in (x, z))
        xx, zz = (sum(v * v for v in part) + eps for part in (x, z))
        root = mp.sqrt(xx * zz)
        c = sum(a * b for a, b in zip(x, z)) / root
        # what the sum of products is off by reaches c
        size = sum(abs(a * b) for a, b in zip(x, z)) / root
        value, slope = (1 - c, -1) if t == 1 else (max(mpf(0), c - mpf(0.25)), mpf(c >= 0.25))
        pairs = list(zip(x, z, [xx] * 3)) + list(zip(z, x, [zz] * 3))
        dx = [slope * (other / root - c * own / square) for own, other, square in pairs]
        sizes = [abs(slope) * max(abs(other) / root, size * abs(own) / square) for own, other, square in pairs]
        emit(file, "cosine embedding", kind, "1,6", x + z, [t], [max(1, size)], [1], [value], dx, sizes)


def triplet(file):
    eps = mpf(2.0**-20)
    for kind, x, z in EMBEDDINGS:
        p, n = ([mpf(NARROW[kind](v)) for v in part] for part in (x, z))
        a = [mpf(v) for v in (0.5, -0.25, 1)]
        near, far = ([u - v + eps for u, v in zip(a, other)] for other in (p, n))
        d, f = (mp.sqrt(sum(v * v for v in part)) for part in (near, far))
        value = max(mpf(0), 1 + d - f)
        on = mpf(1 + d - f >= 0)
        to, away = [on * v / d for v in near], [on * v / f for v in far]
        # the rounding of u - v + eps, in units of its terms
        least_near, least_far = ([on * max(abs(u), abs(v), eps) / r for u, v in zip(a, o)] for o, r in ((p, d), (n, f)))
        dx = [u - v for u, v in zip(to, away)] + [-v for v in to] + away
        sizes = [max(u, v) for u, v in zip(least_near, least_far)] + least_near + least_far
        emit(file, "triplet margin", kind, "1,9", a + p + n, [], [max(1, d, f)], [1], [value], dx, sizes)


def dice(file):
    for kind, row in ROWS:
        x = [mpf(NARROW[kind](v)) for v in row]
        t = [mpf(v) for v in (1, 0, 0.5, 0.25, 1)[: len(x)]]
        p = [sigmoid(v) for v in x]
        u = sum(p) + sum(t) + 1
        d = (2 * sum(a * b for a, b in zip(p, t)) + 1) / u
        dx = [-a * sigmoid(-v) * (2 * b - d) / u for a, v, b in zip(p, x, t)]
        sizes = [a * sigmoid(-v) * max(2 * b, d) / u for a, v, b in zip(p, x, t)]
        emit(file, "dice", kind, f"1,1,{len(x)}", x, t, [1], [1], [1 - d], dx, sizes)


def write(file):
    for function in (pointwise_losses, gaussian, cosine, triplet, dice):
        function(file)
