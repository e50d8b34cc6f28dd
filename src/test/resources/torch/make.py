"""Writes files of torch.save beside it: python make.py, with PyTorch 2.13 and NumPy.

kinds.pt holds tensors of every kind and layout, kinds.safetensors what they are, row-major.
"""

import pickle
import zipfile

import torch
from safetensors.torch import save_file

i = torch.arange(24)
base = (i.float() - 5) / 4
tensors = {
    "float64": base.double().reshape(2, 3, 4),
    "float32": base.reshape(2, 3, 4),
    "float16": base.half().reshape(2, 3, 4),
    "bfloat16": base.bfloat16().reshape(2, 3, 4),
    "int64": i - 5,
    "int32": (i - 5).int(),
    "int16": (i - 5).short(),
    "int8": (i - 5).char(),
    "uint8": i.byte(),
    "bool": i % 2 == 1,
    "scalar": torch.tensor(1.5),
    "empty": torch.zeros(0, 3),
    "transposed": base.reshape(4, 6).t(),
    "expanded": base[3:7].reshape(4, 1).expand(4, 5),
    "view": base[7:19].reshape(3, 4)[1:, ::2],
    "channels_last": base.reshape(1, 2, 3, 4).to(memory_format=torch.channels_last),
    "parameter": torch.nn.Parameter(base[:6].clone().reshape(2, 3)),
}
torch.save(tensors, "kinds.pt")
save_file({k: v.detach().clone().contiguous() for k, v in tensors.items()}, "kinds.safetensors")

linear = torch.nn.Linear(3, 2)
linear.weight.data = base[:6].clone().reshape(2, 3)
linear.bias.data = base[6:8].clone()
linear = torch.nn.Sequential(linear)
optimizer = torch.optim.Adam(linear.parameters())
linear(torch.ones(1, 3)).sum().backward()
optimizer.step()
linear[0].weight.data = base[:6].clone().reshape(2, 3)
linear[0].bias.data = base[6:8].clone()
state = {
    "state_dict": linear.state_dict(),
    "optimizer": optimizer.state_dict(),
    "epoch": 3,
    "best": 0.25,
    "seed": 2**100,
    "deep": {"model": linear.state_dict()},
}
torch.save(state, "checkpoint.pt")
torch.save(linear.state_dict(), "legacy.pt", _use_new_zipfile_serialization=False)
torch.save(linear, "module.pt")


class Evil:
    def __reduce__(self):
        import os

        return os.system, ("touch executed",)


torch.save({"weight": Evil()}, "evil.pt", pickle_module=pickle)
with zipfile.ZipFile("compressed.pt", "w", zipfile.ZIP_DEFLATED) as out:
    with zipfile.ZipFile("checkpoint.pt") as source:
        for name in source.namelist():
            out.writestr(name, source.read(name))
