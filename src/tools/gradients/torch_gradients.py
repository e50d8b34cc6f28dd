"""Writes PyTorch's gradients, activations and Hessian products of a small network, in float64.

    python src/tools/gradients/torch_gradients.py src/test/resources/io/retrograd/train/gradients.json
"""

import json
import sys

import torch

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)


class Block(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(3, 3, 3, padding=1)
        self.act = torch.nn.Tanh()

    def forward(self, x):
        return x + self.act(self.conv(x))


net = torch.nn.Sequential(
    torch.nn.Conv2d(2, 3, 3, padding=1),
    torch.nn.BatchNorm2d(3),
    torch.nn.Tanh(),
    Block(),
    torch.nn.Flatten(),
    torch.nn.Linear(3 * 4 * 4, 3),
)
with torch.no_grad():
    net[1].weight.uniform_(0.5, 1.5)
    net[1].bias.uniform_(-0.5, 0.5)
    net[1].running_mean.uniform_(-0.5, 0.5)
    net[1].running_var.uniform_(0.5, 1.5)

NAMES = {
    "0.weight": net[0].weight, "0.bias": net[0].bias, "1.weight": net[1].weight, "1.bias": net[1].bias,
    "3.body.0.weight": net[3].conv.weight, "3.body.0.bias": net[3].conv.bias,
    "5.weight": net[5].weight, "5.bias": net[5].bias,
}
STATES = {"1.running_mean": net[1].running_mean, "1.running_var": net[1].running_var}
x = torch.randn(5, 2, 4, 4)
labels = torch.tensor([0, 2, 1, 1, 0])
parameters = list(NAMES.values())


def numbers(tensor):
    return tensor.detach().flatten().tolist()


def named(tensors):
    return {name: numbers(t) for name, t in zip(NAMES, tensors)}


def run(x):
    """Outputs, with the activation before and in the residual block."""
    a = net[2](net[1](net[0](x)))
    b = net[3].act(net[3].conv(a))
    return net[5](net[4](a + b)), a, b


result = {
    "x": numbers(x), "labels": labels.tolist(), "parameters": named(parameters),
    "states": {name: numbers(t) for name, t in STATES.items()},
}

net.eval()
x.requires_grad_()
y, a, b = run(x)
grads = torch.autograd.grad(y[:, 1].sum(), [x, a, b] + parameters, allow_unused=True)
result["logit1"] = {
    "y": numbers(y), "x": numbers(grads[0]), "2": numbers(a), "2.grad": numbers(grads[1]),
    "3.body.1": numbers(b), "3.body.1.grad": numbers(grads[2]), "parameters": named(grads[3:]),
}

loss = torch.nn.functional.cross_entropy(run(x)[0], labels)
grads = torch.autograd.grad(loss, [x] + parameters, create_graph=True)
v = [torch.randn_like(p) for p in parameters]
products = torch.autograd.grad(sum((g * u).sum() for g, u in zip(grads[1:], v)), parameters)
result["infer"] = {
    "loss": loss.item(), "x": numbers(grads[0]), "parameters": named(grads[1:]),
    "v": named(v), "hvp": named(products),
}
result["samples"] = [
    named(torch.autograd.grad(
        torch.nn.functional.cross_entropy(run(x[n:n + 1])[0], labels[n:n + 1]), parameters))
    for n in range(len(labels))
]

net.train()
loss = torch.nn.functional.cross_entropy(run(x)[0], labels)
grads = torch.autograd.grad(loss, [x] + parameters)
result["train"] = {"loss": loss.item(), "x": numbers(grads[0]), "parameters": named(grads[1:])}

with open(sys.argv[1], "w") as file:
    json.dump(result, file)
    file.write("\n")
