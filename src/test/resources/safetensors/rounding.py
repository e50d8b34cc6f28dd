"""Writes rounding.safetensors and sharded/: python rounding.py, with torch, numpy and safetensors.

Numbers x as NumPy rounds them to float16 (from float64, once), and y as PyTorch rounds them to
bfloat16 (from float32, as it does not round float64 once). The shards are a torch.nn.Sequential's,
named and indexed as Hugging Face's save_pretrained does.
"""
import json

import numpy as np
import torch
from safetensors.numpy import save_file
from safetensors.torch import save_file as save_torch

rng = np.random.default_rng(3)
powers = 2.0 ** rng.integers(-30, 16, 300)
halves = np.arange(0, 1 << 15, 331, dtype=np.uint16).view(np.float16).astype(np.float64)
halves = halves[np.isfinite(halves)]
ties = (halves[1:] + np.nextafter(halves[1:].astype(np.float16), np.float16(0)).astype(float)) / 2
x = np.concatenate([rng.standard_normal(300) * powers, halves, ties, ties * (1 + 1e-12), -ties])
x = np.concatenate([x, [0.0, -0.0, 65519.0, 65520.0, -1e9, np.inf, -np.inf, np.nan]])
with np.errstate(over="ignore"):
    f16 = x.astype(np.float16)
bits = rng.integers(0, 1 << 32, 1000, dtype=np.uint64).astype(np.uint32)
bits[:300] = (bits[:300] & 0xFFFF0000) | 0x8000  # ties
y = torch.from_numpy(bits.view(np.float32))
save_file({"x": x, "x.F16": f16}, "rounding-f16.safetensors")
save_torch({"y": y, "y.BF16": y.to(torch.bfloat16)}, "rounding-bf16.safetensors")

torch.manual_seed(1)
net = torch.nn.Sequential(
    torch.nn.Conv2d(1, 2, 2), torch.nn.BatchNorm2d(2), torch.nn.Flatten(), torch.nn.Linear(8, 3)
).eval()
net[1].running_mean.uniform_()
net[1].running_var.uniform_()
state = net.state_dict()
names = sorted(state)
groups = [names[:4], names[4:]]
weight_map = {}
for i, group in enumerate(groups, 1):
    file = f"model-{i:05d}-of-{len(groups):05d}.safetensors"
    save_torch({name: state[name] for name in group}, "sharded/" + file, {"format": "pt"})
    weight_map.update({name: file for name in group})
total = sum(t.numel() * t.element_size() for t in state.values())
with open("sharded/model.safetensors.index.json", "w") as f:
    json.dump({"metadata": {"total_size": total}, "weight_map": weight_map}, f, indent=2)
    f.write("\n")
sample = torch.arange(9.0).reshape(1, 1, 3, 3) / 9
np.save("sharded/x.npy", sample.numpy())
np.save("sharded/y.npy", net(sample).detach().numpy())
