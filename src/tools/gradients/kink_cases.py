"""Cases at kinks and ties, where a gradient is a convention: PyTorch's.

    python src/tools/gradients/kink_cases.py src/test/resources/parity

Needs torch and safetensors. Writes a file for each function, in the format of the other cases.
"""
import json
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

AT = [0.0, -0.0, 1.0, -1.0, 3.0, -3.0, 6.0, 0.5, -0.5, 20.0]

FUNCTIONS = {
    "relu": (F.relu, {}),
    "leaky_relu": (lambda x: F.leaky_relu(x, 0.1), {"negative_slope": 0.1}),
    "elu": (lambda x: F.elu(x, 1.3), {"alpha": 1.3}),
    "celu": (lambda x: F.celu(x, 2.0), {"alpha": 2.0}),
    "selu": (F.selu, {}),
    "relu6": (F.relu6, {}),
    "hardtanh": (F.hardtanh, {}),
    "hardswish": (F.hardswish, {}),
    "hardsigmoid": (F.hardsigmoid, {}),
    "softsign": (F.softsign, {}),
    "softplus": (F.softplus, {}),
}

TIED = [2.0, 2.0, -1.0, -1.0, 0.0, 3.0, 3.0, 3.0, 1.0, 1.0, 1.0, -2.0]


def case(op, attrs, x, function):
    x = x.clone().requires_grad_()
    y = function(x)
    dy = torch.linspace(0.5, 1.5, y.numel(), dtype=torch.float64).reshape(y.shape)
    y.backward(dy)
    tensors = {"input": x.detach(), "output": y.detach(), "grad_output": dy, "grad_input": x.grad}
    return op, attrs, {name: tensor.contiguous() for name, tensor in tensors.items()}


def cases():
    x = torch.tensor(AT, dtype=torch.float64).reshape(2, 5)
    for op, (function, attrs) in FUNCTIONS.items():
        yield case(op, attrs, x, function)
    tied = torch.tensor(TIED, dtype=torch.float64).reshape(1, 1, 12)
    window = {"kernel_size": [3], "stride": [2], "padding": [1], "dilation": [1]}
    pool = lambda x: F.max_pool1d(x, 3, stride=2, padding=1)
    yield case("max_pool1d", {**window, "ceil_mode": False}, tied, pool)
    image = tied.reshape(1, 1, 3, 4)
    square = {"kernel_size": [2, 2], "stride": [1, 1], "padding": [0, 0], "dilation": [1, 1]}
    yield case("max_pool2d", {**square, "ceil_mode": False}, image, lambda x: F.max_pool2d(x, 2, stride=1))
    yield case("adaptive_max_pool1d", {"output_size": [5]}, tied, lambda x: F.adaptive_max_pool1d(x, 5))


def main():
    folder = Path(sys.argv[1])
    for op, attrs, tensors in cases():
        description = {"op": op, "attrs": attrs, "source": "kinks"}
        save_file(tensors, folder / f"{op}_kinks.safetensors", {"case": json.dumps(description)})


main()
