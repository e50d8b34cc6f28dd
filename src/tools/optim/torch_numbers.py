"""Writes what PyTorch's optimizers make of given gradients, in float64:
src/test/resources/io/retrograd/optim/torch.tsv.

    pip install torch && python src/tools/optim/torch_numbers.py src/test/resources/io/retrograd/optim/torch.tsv

A line: a name, then all elements of all parameters after the last step, or a schedule's factors. Parameters and gradients are
fractions that binary numbers hold exactly; see value and gradient.
"""

import pathlib
import sys

import torch

torch.set_default_dtype(torch.float64)

STEPS = 7
SHAPES = {"0.weight": (3, 2), "0.bias": (3,), "1.weight": (2, 3), "1.bias": (2,)}


def value(k, i):
    return ((37 * i + 101 * k) % 97 - 48) / 64


def gradient(k, i, t):
    return ((29 * i + 53 * k + 71 * t) % 89 - 44) / 32


def tensor(shape, element):
    size = torch.Size(shape).numel()
    return torch.tensor([element(i) for i in range(size)]).reshape(shape)


def parameters(shapes):
    return {
        name: torch.nn.Parameter(tensor(shape, lambda i: value(k, i)))
        for k, (name, shape) in enumerate(shapes.items())
    }


def set_gradients(ws, t):
    for k, w in enumerate(ws.values()):
        w.grad = tensor(w.shape, lambda i: gradient(k, i, t)) if w.requires_grad else None


def numbers(ws):
    return [x for w in ws.values() for x in w.detach().flatten().tolist()]


def grouped(make, lr, clip=None):
    """Half the rate under 0, no decay of biases, 1.weight frozen."""
    ws = parameters(SHAPES)
    ws["1.weight"].requires_grad_(False)
    groups = [
        {"params": [ws["0.weight"]], "lr": lr / 2},
        {"params": [ws["0.bias"]], "lr": lr / 2, "weight_decay": 0},
        {"params": [ws["1.bias"]], "weight_decay": 0},
    ]
    optimizer = make(groups, lr=lr, weight_decay=0.0625)
    for t in range(1, STEPS + 1):
        set_gradients(ws, t)
        if clip:
            torch.nn.utils.clip_grad_norm_(ws.values(), clip)
        optimizer.step()
    return numbers(ws)


MATRICES = {"0.weight": (5, 3), "1.weight": (3, 5), "2.weight": (4, 4), "3.weight": (3, 2, 2, 3)}


def muon(**settings):
    """Without the rounding to bfloat16 that PyTorch's Newton-Schulz begins with."""
    ws = parameters(MATRICES)
    flat = {k: torch.nn.Parameter(w.detach().reshape(len(w), -1)) for k, w in ws.items()}
    optimizer = torch.optim.Muon(flat.values(), lr=0.1, weight_decay=0.0625, **settings)
    rounded, torch.Tensor.bfloat16 = torch.Tensor.bfloat16, torch.Tensor.clone
    for t in range(1, STEPS + 1):
        set_gradients(flat, t)
        optimizer.step()
    torch.Tensor.bfloat16 = rounded
    return numbers(flat)


def muon_with_adamw():
    """As muon for weights but 2.weight; the rest by AdamW."""
    shapes = {"0.weight": (3, 2), "0.bias": (3,), "1.weight": (2, 3), "2.weight": (2, 2)}
    ws = parameters(shapes)
    adamw = torch.optim.AdamW([ws["0.bias"], ws["2.weight"]], lr=0.025, weight_decay=0.125)
    optimizer = torch.optim.Muon([ws["0.weight"], ws["1.weight"]], lr=0.1, weight_decay=0.0625)
    rounded, torch.Tensor.bfloat16 = torch.Tensor.bfloat16, torch.Tensor.clone
    for t in range(1, STEPS + 1):
        set_gradients(ws, t)
        optimizer.step()
        adamw.step()
    torch.Tensor.bfloat16 = rounded
    return numbers(ws)


def ema():
    """The averages of parameters that SGD changes."""
    swa = torch.optim.swa_utils
    ws = parameters(SHAPES)
    model = torch.nn.ParameterList(ws.values())
    averaged = swa.AveragedModel(model, multi_avg_fn=swa.get_ema_multi_avg_fn(0.8))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for t in range(1, STEPS + 1):
        set_gradients(ws, t)
        optimizer.step()
        averaged.update_parameters(model)
    return numbers(dict(enumerate(averaged.module)))


PER_EPOCH, EPOCHS = 4, 9


def factors(make, step):
    """A schedule's factors, one a training step."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = make(optimizer)
    rates = []
    for k in range(1, PER_EPOCH * EPOCHS + 1):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        step(schedule, k)
    return rates


def once_an_epoch(schedule, k):
    if k % PER_EPOCH == 0:
        schedule.step()


def schedules():
    s = torch.optim.lr_scheduler
    every = lambda schedule, k: schedule.step()
    fraction = lambda schedule, k: schedule.step(k / PER_EPOCH)
    yield "multiStep", factors(lambda o: s.MultiStepLR(o, [1, 4, 4, 7], 0.3), once_an_epoch)
    yield "polynomial", factors(lambda o: s.PolynomialLR(o, PER_EPOCH * EPOCHS, 0.9), every)
    yield "restarts 2 1", factors(lambda o: s.CosineAnnealingWarmRestarts(o, 2), fraction)
    yield "restarts 1 2", factors(lambda o: s.CosineAnnealingWarmRestarts(o, 1, 2), fraction)


def lines():
    optim = torch.optim
    sgd = lambda *a, **k: optim.SGD(*a, momentum=0.9, nesterov=True, **k)
    rms_prop = lambda *a, **k: optim.RMSprop(*a, momentum=0.5, centered=True, **k)
    yield "groups Sgd", grouped(sgd, 0.1)
    yield "groups Adam", grouped(optim.Adam, 0.1)
    yield "groups AdamW", grouped(optim.AdamW, 0.1)
    yield "groups RmsProp", grouped(rms_prop, 0.1)
    yield "groups Adagrad", grouped(optim.Adagrad, 0.1)
    yield "groups Adamax", grouped(optim.Adamax, 0.1)
    yield "groups Adadelta", grouped(optim.Adadelta, 1)
    yield "groups NAdam", grouped(optim.NAdam, 0.1)
    yield "groups RAdam", grouped(optim.RAdam, 0.1)
    yield "groups clipped", grouped(sgd, 0.1, clip=1.5)
    yield "muon", muon()
    yield "muon plain", muon(nesterov=False, momentum=0.5, ns_steps=4)
    yield "muon as AdamW", muon(adjust_lr_fn="match_rms_adamw")
    yield "muon with AdamW", muon_with_adamw()
    yield "ema", ema()
    yield from schedules()


def main():
    rows = ["\t".join([name] + [repr(x) for x in xs]) for name, xs in lines()]
    pathlib.Path(sys.argv[1]).write_text("\n".join(rows) + "\n")


main()
