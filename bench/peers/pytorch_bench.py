#!/usr/bin/env python3
"""Times training steps in PyTorch on the CPU or a GPU: the same work as `retrograd bench`.

Prints one JSON object with the same fields. The networks are those of pytorch_nets.
"""

import time

LOADED = time.monotonic()

import argparse
import contextlib
import json
import math
import os
import statistics
import sys

import torch
from torch.nn import functional

from pytorch_nets import NETS, VOCABULARY

BATCHES = 2
LEARNING_RATE = 0.01
MOMENTUM = 0.9
SEED = 1
WARM_UP_STEPS = 2
GRAPH_WARM_UPS = 3
WARM_UP_SHARE = 0.1


def training_step(args):
    """The step as a function without arguments; it returns the loss."""
    make, shape, classes, _ = NETS[args.net]
    torch.manual_seed(SEED)
    dtype = torch.float64 if args.precision == "float64" else torch.float32
    device = torch.device(args.device)
    layout = torch.contiguous_format
    if args.channels_last and len(shape) > 2:
        layout = torch.channels_last if len(shape) == 3 else torch.channels_last_3d
    model = make().to(device=device, dtype=dtype, memory_format=layout)
    optimizer = torch.optim.SGD(
        model.parameters(), lr=LEARNING_RATE, momentum=MOMENTUM, fused=True)
    text = args.net == "cnnbigru"

    def sample():
        size = (args.batch, *shape)
        return torch.randint(VOCABULARY, size) if text else torch.randn(size, dtype=dtype)

    def host(tensor):
        return tensor.pin_memory() if device.type == "cuda" else tensor

    each = shape[1:] if args.net == "unet" else ()

    def batch():
        images = sample()
        labels = torch.randint(classes, (args.batch, *each)) if classes else images
        return host(images), host(labels)

    batches = [batch() for _ in range(BATCHES)]
    x = torch.empty_like(batches[0][0], device=device)
    x = x if text else x.to(memory_format=layout)
    y = torch.empty_like(batches[0][1], device=device)
    loss_function = (
        functional.cross_entropy if classes else functional.binary_cross_entropy_with_logits)

    def loss_of(images, labels):
        return loss_function(model(images), labels)

    forward = torch.compile(loss_of) if args.compile else loss_of

    def compute():
        optimizer.zero_grad()
        bf16 = args.precision == "bf16"
        with torch.autocast(device.type, torch.bfloat16) if bf16 else contextlib.nullcontext():
            loss = forward(x, y)
        loss.backward()
        optimizer.step()
        return loss

    run = recorded(compute) if args.graph else compute
    steps = 0

    def step():
        nonlocal steps
        images, labels = batches[steps % BATCHES]
        steps += 1
        x.copy_(images, non_blocking=True)
        y.copy_(labels, non_blocking=True)
        return run()

    return step


def recorded(compute):
    """The same work, recorded as a CUDA graph after some runs, as PyTorch's manual has it."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(GRAPH_WARM_UPS):
            compute()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        loss = compute()

    def replay():
        graph.replay()
        return loss

    return replay


def since_start():
    """Seconds since this process began; where Linux does not tell, since this file was loaded."""
    try:
        with open("/proc/self/stat", encoding="utf-8") as stat:
            ticks = int(stat.read().rpartition(")")[2].split()[19])
        return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError):
        return time.monotonic() - LOADED


def peak_rss_mb():
    """The most memory this process had resident, in MiB; None where Linux does not tell."""
    try:
        with open("/proc/self/status", encoding="utf-8") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024
    except OSError:
        pass
    return None


def finish(step, device, count):
    """Runs so many steps, waits for them, and gives the loss of the last."""
    for _ in range(count):
        loss = step()
    if device == "cuda":
        torch.cuda.synchronize()
    return loss


def measure(step, seconds, least=1):
    """Times of the bursts after warming up, at least so many, and the last one's loss."""
    begin = time.perf_counter()
    warm_ups = 0
    while warm_ups < WARM_UP_STEPS or time.perf_counter() - begin < WARM_UP_SHARE * seconds:
        step()
        warm_ups += 1
    times = []
    while True:
        before = time.perf_counter()
        loss = step()
        after = time.perf_counter()
        times.append(after - before)
        if after - begin >= seconds and len(times) >= least:
            return times, loss.item()


def cores():
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--net", required=True, choices=NETS)
    parser.add_argument("--batch", type=int, help="images a step; default as in retrograd bench")
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--precision", default="float32",
                        choices=["float32", "tf32", "bf16", "float64"],
                        help="bf16: float32 parameters, autocast to bfloat16")
    parser.add_argument("--burst", type=int, default=1, help="steps that are waited for at once")
    parser.add_argument("--threads", type=int, default=0, help="0: one a core")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--channels-last", action="store_true", help="lay tensors out as NHWC")
    parser.add_argument("--compile", action="store_true", help="torch.compile network and loss")
    parser.add_argument("--graph", action="store_true", help="replay a step as a CUDA graph")
    args = parser.parse_args()
    if args.batch is None:
        args.batch = NETS[args.net][3]
    if args.batch < 1:
        parser.error(f"--batch: expected 1 or more, got {args.batch}")
    if not 0 < args.seconds < math.inf:
        parser.error(f"--seconds: expected more than 0, got {args.seconds}")
    if args.burst < 1:
        parser.error(f"--burst: expected 1 or more, got {args.burst}")
    if args.device != "cuda" and (args.graph or args.precision == "tf32"):
        parser.error("--graph and --precision tf32: expected --device cuda, got cpu")
    if args.device == "cuda" and not torch.cuda.is_available():
        parser.error("--device cuda: expected a GPU that PyTorch can use, found none")
    if args.threads < 0:
        parser.error(f"--threads: expected 0 (one a core) or more, got {args.threads}")
    return args


def set_up(args):
    """Threads and precision, for the whole process."""
    args.threads = args.threads or cores()
    torch.set_num_threads(args.threads)
    torch.backends.cuda.matmul.allow_tf32 = args.precision == "tf32"
    torch.backends.cudnn.allow_tf32 = args.precision == "tf32"
    torch.backends.cudnn.benchmark = True


def main():
    args = arguments()
    set_up(args)
    step = training_step(args)
    finish(step, args.device, 1)
    first_step = since_start()
    times, loss = measure(lambda: finish(step, args.device, args.burst), args.seconds)
    times = [t / args.burst for t in times]
    if not math.isfinite(loss):
        sys.exit(f"pytorch_bench: expected a finite loss, got {loss}, so the times say nothing")
    print(json.dumps({
        "net": args.net,
        "engine": f"PyTorch {torch.__version__}",
        "batch": args.batch,
        "device": args.device,
        "precision": args.precision,
        "burst": args.burst,
        "threads": args.threads,
        "images_per_second": statistics.median(args.batch / t for t in times),
        "step_ms": {
            "min": 1e3 * min(times),
            "median": 1e3 * statistics.median(times),
            "max": 1e3 * max(times),
        },
        "peak_rss_mb": peak_rss_mb(),
        "peak_device_mb": (
            torch.cuda.max_memory_reserved() / 2**20 if args.device == "cuda" else None),
        "first_step_s": round(first_step, 3),
        "loss": loss,
    }))


if __name__ == "__main__":
    main()
