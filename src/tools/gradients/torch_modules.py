"""Writes the cases of modules that the tests judge: right ones, and autograd functions that are not.

    python src/tools/gradients/torch_modules.py src/test/resources/modules
"""

import os
import sys

import torch

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from export_case import export


def swish(factor, forget=False):
    class Swish(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, slope):
            ctx.save_for_backward(x, slope)
            return x * torch.sigmoid(slope * x)

        @staticmethod
        def backward(ctx, dy):
            x, slope = ctx.saved_tensors
            s = torch.sigmoid(slope * x)
            dx = dy * (s + factor * slope * x * s * (1 - s))
            if forget:
                dx[-1] = 0
            return dx, (dy * x * x * s * (1 - s)).sum().reshape(slope.shape)

    class Module(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.slope = torch.nn.Parameter(torch.tensor([0.7]))

        def forward(self, x):
            return Swish.apply(x, self.slope)

    return Module()


class Detached(torch.nn.Module):
    """A normalization whose mean was cut off the graph."""

    def forward(self, x):
        return x - x.mean(1, keepdim=True).detach()


class AtKinks(torch.nn.Module):
    def forward(self, x):
        return torch.relu(x) + torch.clamp(x, -1, 1) + torch.nn.functional.max_pool1d(x, 3, 1, 1)


folder = sys.argv[1]
torch.manual_seed(5)
x = torch.randn(3, 4)
kinks = torch.tensor([[0.0, 1.0, -1.0, 0.5, 0.5, 2.0, -2.0, 0.999]])
network = torch.nn.Sequential(
    torch.nn.Linear(4, 5), torch.nn.BatchNorm1d(5), torch.nn.Dropout(0.3), torch.nn.LayerNorm(5), torch.nn.GELU()
)
for name, module, inputs in [
    ("right-swish", swish(1), [x]),
    ("right-network", network, [x]),
    ("right-kinks", AtKinks(), [kinks]),
    ("right-large", torch.nn.Softmax(1), [50 * x]),
    ("right-gru", torch.nn.GRU(3, 2, batch_first=True), [torch.randn(2, 4, 3)]),
    ("wrong-factor", swish(0.999), [x]),
    ("wrong-row", swish(1, forget=True), [x]),
    ("wrong-detached", Detached(), [x]),
]:
    export(module, inputs, os.path.join(folder, name + ".safetensors"))
