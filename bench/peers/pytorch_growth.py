#!/usr/bin/env python3
"""How a training step in PyTorch grows with the batch and with depth.

Prints one JSON object: `batch` has a row for each batch of LeNet-5, `depth` one for each number of
3x3 convolutions of 16 channels on 16x16, batch 32. A row has the time of a step in the faster of two
modes, eager and channels-last, and the most memory that tensors take in it.
"""

import argparse
import json
import statistics
import types

import torch
from torch import nn
from torch.profiler import ProfilerActivity, profile

import pytorch_bench as bench

DEEP_BATCH = 32
LEAST_STEPS = 3
STEPS_FOR_MEMORY = 3


def deep(depth):
    layers = []
    for _ in range(depth):
        layers += [nn.Conv2d(16, 16, 3, padding=1), nn.ReLU()]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10))


def work(args, net, batch, channels_last):
    """What a step is told, as the other script's command line tells it."""
    return types.SimpleNamespace(
        net=net, batch=batch, device=args.device, precision=args.precision,
        channels_last=channels_last, compile=False, graph=False)


def median_ms(args, net, batch, channels_last):
    step = bench.training_step(work(args, net, batch, channels_last))
    bench.finish(step, args.device, bench.GRAPH_WARM_UPS)
    times, _ = bench.measure(
        lambda: bench.finish(step, args.device, 1), args.seconds, LEAST_STEPS)
    return 1e3 * statistics.median(times)


def peak_mb(args, net, batch, channels_last):
    """The most that the allocator has given out, without the batches that wait on the host."""
    task = work(args, net, batch, channels_last)
    if args.device == "cuda":
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        bench.finish(bench.training_step(task), args.device, STEPS_FOR_MEMORY)
        return (torch.cuda.max_memory_allocated() - before) / 2**20
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiled:
        bench.finish(bench.training_step(task), args.device, STEPS_FOR_MEMORY)
    now = peak = 0
    changes = (e for e in profiled.profiler.kineto_results.events() if e.name() == "[memory]")
    for change in sorted(changes, key=lambda event: event.start_ns()):
        now += change.nbytes()
        peak = max(peak, now)
    _, shape, _, _ = bench.NETS[net]
    element = torch.float64 if args.precision == "float64" else torch.float32
    host = bench.BATCHES * batch * (torch.Size(shape).numel() * element.itemsize + 8)
    return (peak - host) / 2**20


def row(args, net, batch):
    modes = {"eager": False, "channels-last": True}
    times = {mode: median_ms(args, net, batch, last) for mode, last in modes.items()}
    best = min(times, key=times.get)
    return {
        "mode": best,
        "step_ms": times[best],
        "training_mb": peak_mb(args, net, batch, modes[best]),
    }


def numbers(words):
    return [int(word) for word in words.split(",")]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batches", type=numbers, required=True)
    parser.add_argument("--depths", type=numbers, required=True)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--precision", default="float32",
                        choices=["float32", "tf32", "bf16", "float64"])
    parser.add_argument("--threads", type=int, default=0, help="0: one a core")
    parser.add_argument("--seconds", type=float, default=1, help="of each mode of each row")
    return parser.parse_args()


def main():
    args = arguments()
    bench.set_up(args)
    found = {"batch": [], "depth": []}
    for batch in args.batches:
        found["batch"].append({"batch": batch, **row(args, "lenet5", batch)})
    for depth in args.depths:
        bench.NETS["deep"] = (lambda depth=depth: deep(depth), (16, 16, 16), 10, DEEP_BATCH)
        found["depth"].append({"depth": depth, **row(args, "deep", DEEP_BATCH)})
    print(json.dumps(found))


if __name__ == "__main__":
    main()
