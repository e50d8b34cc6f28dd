"""Writes what PyTorch computes for a module, and differences of its forward passes, as a case file.

    python export_case.py my_module.py:make case.safetensors      # make() returns module, inputs
    retrograd gradcheck --case case.safetensors

or, from Python, export(module, inputs, path). Needs PyTorch alone. Everything is float64: output,
grad_output (random), and grad_* come from PyTorch's own forward and backward. The differences
(L(h) - L(0)) / h and (L(0) - L(-h)) / h of L = sum(grad_output * output) come from its forward
alone, for up to 200 elements of each tensor and two random directions, at steps h = 2^-4 ... 2^-24.
"""

import importlib.util
import json
import math
import struct
import sys

import torch

STEPS = [2.0**-k for k in range(4, 25)]
MOST, DIRECTIONS, POINTS, LITTLE = 200, 2, 12, 2.0**-34


def export(module, inputs, path, seed=0):
    draw = torch.Generator().manual_seed(seed)
    module = module.double()
    inputs = [x.double() if x.is_floating_point() else x for x in inputs]
    inputs = [x.detach().clone().requires_grad_(x.is_floating_point()) for x in inputs]
    variables = {f"input{i or ''}": x for i, x in enumerate(inputs) if x.requires_grad}
    variables |= {name: w for name, w in module.named_parameters() if w.requires_grad}
    states = [(b, b.clone()) for b in module.buffers()]

    def forward():
        torch.manual_seed(seed)  # dropout takes the same elements each time
        for buffer, value in states:
            buffer.copy_(value)
        y = module(*inputs)
        outputs = y if isinstance(y, (tuple, list)) else [y]
        return torch.cat([o.reshape(-1) for o in outputs if o.is_floating_point()])

    y = forward()
    dy = torch.rand(y.shape, generator=draw, dtype=torch.float64) * 0.75 + 0.25
    dy *= torch.randint(0, 2, y.shape, generator=draw) * 2 - 1
    grads = torch.autograd.grad((dy * y).sum(), list(variables.values()), allow_unused=True)
    y = y.detach()
    case = {"output": y, "grad_output": dy, "size": (dy * y).abs().sum().reshape(1)}
    case["steps"] = torch.tensor(STEPS, dtype=torch.float64)
    with torch.no_grad():
        start = {name: v.clone() for name, v in variables.items()}
        signs = {n: torch.randint(0, 2, v.shape, generator=draw) * 2 - 1 for n, v in start.items()}
        line = []
        for k in range(POINTS):
            for name, v in variables.items():
                v.copy_(start[name] + k * LITTLE * signs[name])
            line.append((dy * (forward() - y)).sum())
        for name, v in variables.items():
            v.copy_(start[name])
        case["noise"] = torch.stack(line)
        for (name, v), grad in zip(variables.items(), grads):
            index = torch.randperm(v.numel(), generator=draw)[:MOST].sort().values
            scale = 2.0 ** -math.ceil(math.log2(max(1, v.numel())) / 2)
            signed = torch.randint(0, 2, (DIRECTIONS, v.numel()), generator=draw) * 2 - 1
            directions = signed.double() * scale
            probes = [torch.zeros_like(directions[0]).index_fill(0, i, 1) for i in index]
            ahead, back = [], []
            for probe in probes + list(directions):
                for h in STEPS:
                    for sign, to in ((1, ahead), (-1, back)):
                        v.copy_(start[name] + sign * h * probe.reshape(v.shape))
                        to.append((dy * (forward() - y)).sum() / (sign * h))
                v.copy_(start[name])
            grad = torch.zeros_like(v) if grad is None else grad
            case |= {name: start[name], f"grad_{name}": grad}
            case |= {f"index.{name}": index, f"direction.{name}": directions}
            for key, found in (("ahead", ahead), ("back", back)):
                case[f"{key}.{name}"] = torch.stack(found).reshape(-1, len(STEPS))
    attrs = {"module": type(module).__name__, "training": module.training}
    save(case, {"op": "module", "attrs": attrs, "source": f"PyTorch {torch.__version__}"}, path)


def save(tensors, case, path):
    """Writes safetensors: the header's length, the header, the data, all little-endian."""
    header, data = {"__metadata__": {"case": json.dumps(case)}}, b""
    for name, t in tensors.items():
        raw = t.detach().contiguous().cpu().numpy().tobytes()
        kind = "F64" if t.is_floating_point() else "I64"
        offsets = [len(data), len(data) + len(raw)]
        header[name] = {"dtype": kind, "shape": list(t.shape), "data_offsets": offsets}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


if __name__ == "__main__":
    source, _, name = sys.argv[1].rpartition(":")
    spec = importlib.util.spec_from_file_location("exported", source)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    export(*getattr(loaded, name)(), sys.argv[2])
