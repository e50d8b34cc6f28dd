#!/usr/bin/env python3
"""Times training steps in PyTorch on the CPU or a GPU: the same work as `retrograd bench`.

Prints one JSON object with the same fields. The networks are those of io.retrograd.model, layer by
layer, with the same initial distributions.
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
from torch import nn
from torch.nn import functional

BATCHES = 2
LEARNING_RATE = 0.01
MOMENTUM = 0.9
SEED = 1
WARM_UP_STEPS = 2
GRAPH_WARM_UPS = 3
WARM_UP_SHARE = 0.1


def lenet5():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


def mlp():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))


def smallcnn():
    return nn.Sequential(
        nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(),
        nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(),
        nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(4096, 10))


class Residual(nn.Module):
    """relu(body(x) + shortcut(x))."""

    def __init__(self, body, shortcut):
        super().__init__()
        self.body = body
        self.shortcut = shortcut

    def forward(self, x):
        return functional.relu(self.body(x) + self.shortcut(x))


def conv_norm(inputs, outputs, kernel, stride=1):
    conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
    nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
    return [conv, nn.BatchNorm2d(outputs)]


def basic(inputs, width, stride):
    return nn.Sequential(
        *conv_norm(inputs, width, 3, stride), nn.ReLU(), *conv_norm(width, width, 3))


def bottleneck(inputs, width, stride):
    return nn.Sequential(
        *conv_norm(inputs, width, 1), nn.ReLU(),
        *conv_norm(width, width, 3, stride), nn.ReLU(),
        *conv_norm(width, 4 * width, 1))


def resnet(stem, block, expansion, blocks, classes):
    layers = list(stem)
    channels = 64
    for stage, count in enumerate(blocks):
        width = 64 << stage
        for i in range(count):
            stride = 2 if stage > 0 and i == 0 else 1
            same = stride == 1 and channels == expansion * width
            shortcut = nn.Sequential(
                *([] if same else conv_norm(channels, expansion * width, 1, stride)))
            layers.append(Residual(block(channels, width, stride), shortcut))
            channels = expansion * width
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes)]
    return nn.Sequential(*layers)


def resnet18():
    stem = [*conv_norm(3, 64, 3), nn.ReLU()]
    return resnet(stem, basic, 1, (2, 2, 2, 2), 10)


def resnet50():
    stem = [*conv_norm(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    return resnet(stem, bottleneck, 4, (3, 4, 6, 3), 1000)


VOCABULARY = 20_000


class CnnBiGru(nn.Module):
    """Embedding, convolution, max pooling, bidirectional GRU, mean over time."""

    def __init__(self, width=128, classes=5):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, width)
        self.convolution = nn.Conv1d(width, width, 5, padding=2)
        self.gru = nn.GRU(width, width, bidirectional=True, batch_first=True)
        self.linear = nn.Linear(2 * width, classes)

    def forward(self, x):
        words = self.embedding(x).transpose(1, 2)
        found = functional.max_pool1d(functional.relu(self.convolution(words)), 2)
        steps, _ = self.gru(found.transpose(1, 2))
        return self.linear(steps.mean(1))


class Concat(nn.Module):
    """[x, body(x)]."""

    def __init__(self, body):
        super().__init__()
        self.body = body

    def forward(self, x):
        return torch.cat([x, self.body(x)], 1)


class Skip(nn.Module):
    """x + body(x)."""

    def __init__(self, body):
        super().__init__()
        self.body = body

    def forward(self, x):
        return x + self.body(x)


class Gate(nn.Module):
    """Channels weighed by squeeze-and-excitation."""

    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(
            nn.Linear(channels, channels // 16), nn.ReLU(),
            nn.Linear(channels // 16, channels), nn.Sigmoid())

    def forward(self, x):
        return x * self.body(x.mean((2, 3)))[:, :, None, None]


def se_basic(inputs, width, stride):
    return nn.Sequential(*basic(inputs, width, stride), Gate(width))


def seresnet18():
    stem = [*conv_norm(3, 64, 3), nn.ReLU()]
    return resnet(stem, se_basic, 1, (2, 2, 2, 2), 10)


def densenet():
    layers = [nn.Conv2d(3, 24, 3, padding=1, bias=False)]
    channels = 24
    for block in range(3):
        for _ in range(6):
            layers.append(Concat(nn.Sequential(
                nn.BatchNorm2d(channels), nn.ReLU(),
                nn.Conv2d(channels, 12, 3, padding=1, bias=False))))
            channels += 12
        layers += [nn.BatchNorm2d(channels), nn.ReLU()]
        if block < 2:
            layers += [nn.Conv2d(channels, channels // 2, 1, bias=False), nn.AvgPool2d(2)]
            channels //= 2
    return nn.Sequential(
        *layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10))


def mobilenetv2():
    layers = [*conv_norm(3, 32, 3), nn.ReLU6()]
    channels = 32
    for expansion, width, count, first in [
            (1, 16, 1, 1), (6, 24, 2, 1), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
            (6, 160, 3, 2), (6, 320, 1, 1)]:
        for i in range(count):
            stride = first if i == 0 else 1
            wide = channels * expansion
            body = [*conv_norm(channels, wide, 1), nn.ReLU6()] if expansion > 1 else []
            depthwise = nn.Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False)
            body += [depthwise, nn.BatchNorm2d(wide), nn.ReLU6(), *conv_norm(wide, width, 1)]
            body = nn.Sequential(*body)
            layers.append(Skip(body) if stride == 1 and channels == width else body)
            channels = width
    layers += [*conv_norm(channels, 1280, 1), nn.ReLU6()]
    return nn.Sequential(
        *layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(1280, 10))


def pair(inputs, width):
    return [
        nn.Conv2d(inputs, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
        nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]


def unet_level(inputs, levels, width):
    if levels == 1:
        return nn.Sequential(*pair(inputs, width))
    below = unet_level(width, levels - 1, 2 * width)
    around = nn.Sequential(
        nn.MaxPool2d(2), below, nn.ConvTranspose2d(2 * width, width, 2, stride=2))
    return nn.Sequential(*pair(inputs, width), Concat(around), *pair(2 * width, width))


def unet():
    return nn.Sequential(unet_level(1, 4, 16), nn.Conv2d(16, 2, 1))


class Mean(nn.Module):
    """The mean over all but samples and channels."""

    def forward(self, x):
        return x.flatten(2).mean(2)


def cnn1d():
    return nn.Sequential(
        nn.Conv1d(4, 32, 7, 2, 3), nn.BatchNorm1d(32), nn.ReLU(), nn.MaxPool1d(2),
        nn.Conv1d(32, 64, 5, padding=2), nn.BatchNorm1d(64), nn.ReLU(), nn.MaxPool1d(2),
        nn.Conv1d(64, 128, 3, padding=1), nn.BatchNorm1d(128), nn.ReLU(),
        Mean(), nn.Linear(128, 10))


def cnn3d():
    return nn.Sequential(
        nn.Conv3d(1, 16, 3, padding=1), nn.BatchNorm3d(16), nn.ReLU(), nn.MaxPool3d(2),
        nn.Conv3d(16, 32, 3, padding=1), nn.BatchNorm3d(32), nn.ReLU(), nn.MaxPool3d(2),
        nn.Conv3d(32, 64, 3, padding=1), nn.BatchNorm3d(64), nn.ReLU(),
        Mean(), nn.Linear(64, 10))


class Lstm(nn.Module):
    """An LSTM whose last step is classified."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(64, 256, batch_first=True)
        self.linear = nn.Linear(256, 10)

    def forward(self, x):
        return self.linear(self.lstm(x)[0][:, -1])


def autoencoder():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 3, 2, 1), nn.ReLU(),
        nn.Conv2d(32, 64, 7), nn.ConvTranspose2d(64, 32, 7), nn.ReLU(),
        nn.ConvTranspose2d(32, 16, 3, 2, 1, 1), nn.ReLU(),
        nn.ConvTranspose2d(16, 1, 3, 2, 1, 1))


# name: the network, the shape of an image or text, classes, images or texts a step
NETS = {
    "lenet5": (lenet5, (1, 28, 28), 10, 64),
    "mlp": (mlp, (1, 28, 28), 10, 64),
    "smallcnn": (smallcnn, (3, 32, 32), 10, 128),
    "resnet18": (resnet18, (3, 32, 32), 10, 64),
    "resnet50": (resnet50, (3, 224, 224), 1000, 8),
    "cnnbigru": (CnnBiGru, (200,), 5, 32),
    "mobilenetv2": (mobilenetv2, (3, 32, 32), 10, 64),
    "densenet": (densenet, (3, 32, 32), 10, 32),
    "seresnet18": (seresnet18, (3, 32, 32), 10, 64),
    "unet": (unet, (1, 128, 128), 2, 8),
    "cnn1d": (cnn1d, (4, 1024), 10, 64),
    "cnn3d": (cnn3d, (1, 16, 32, 32), 10, 8),
    "lstm": (Lstm, (100, 64), 10, 32),
    "autoencoder": (autoencoder, (1, 28, 28), 0, 64),
}


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
