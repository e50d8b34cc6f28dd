"""Writes PyTorch's saliency, integrated gradients and Grad-CAM of a small network, in float64.

    python src/tools/attribution/torch_attribution.py \
        src/test/resources/io/retrograd/attribution/attribution.json
"""

import json
import sys

import torch

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)

net = torch.nn.Sequential(
    torch.nn.Conv2d(3, 4, 3, padding=1),
    torch.nn.BatchNorm2d(4),
    torch.nn.ReLU(),
    torch.nn.MaxPool2d(2),
    torch.nn.Conv2d(4, 6, 3, padding=1),
    torch.nn.ReLU(),
    torch.nn.Flatten(),
    torch.nn.Linear(6 * 3 * 3, 3),
).eval()
with torch.no_grad():
    net[1].weight.uniform_(0.5, 1.5)
    net[1].bias.uniform_(-0.5, 0.5)
    net[1].running_mean.uniform_(-0.5, 0.5)
    net[1].running_var.uniform_(0.5, 1.5)

TARGET = 2
STEPS = 64
x = torch.rand(1, 3, 6, 6)


def gradient(x):
    x = x.clone().requires_grad_()
    return torch.autograd.grad(net(x)[:, TARGET].sum(), x)[0]


def grad_cam():
    a = net[:6](x).detach().requires_grad_()
    da = torch.autograd.grad(net[6:](a)[0, TARGET], a)[0]
    weights = da.mean(dim=(2, 3), keepdim=True)
    small = torch.relu((weights * a).sum(dim=1, keepdim=True))
    return small, torch.nn.functional.interpolate(small, size=(6, 6), mode="bilinear")


def integrated():
    """The trapezoidal rule with as many intervals, from 0."""
    t = torch.linspace(0, 1, STEPS + 1)
    weights = torch.ones(STEPS + 1) / STEPS
    weights[0] = weights[-1] = 0.5 / STEPS
    g = gradient(t[:, None, None, None] * x)
    return x * (weights[:, None, None, None] * g).sum(dim=0, keepdim=True)


def numbers(tensor):
    return tensor.detach().flatten().tolist()


small, cam = grad_cam()
result = {
    "torch": torch.__version__,
    "target": TARGET,
    "parameters": {k: numbers(v) for k, v in net.state_dict().items() if "num_batches" not in k},
    "x": numbers(x),
    "logits": numbers(net(x)),
    "saliency": numbers(gradient(x).abs()),
    "intervals": STEPS,
    "integrated_gradients": numbers(integrated()),
    "grad_cam_small": numbers(small),
    "grad_cam": numbers(cam),
}
with open(sys.argv[1], "w") as file:
    json.dump(result, file)
    file.write("\n")
