"""Writes narrow forms of torchvision's networks beside it, with logits: python make.py [--full FOLDER].

    pip install torch && pip install --no-deps torchvision pillow && pip install safetensors numpy

Weights and running statistics are random; float16, so that files are small, but for --full, which
writes the networks as they are, with 1000 classes, in float32 and for images of 224 by 224. Each
network NAME gives NAME.pt or NAME.safetensors, its state dictionary, and NAME.y.npy: the logits that
PyTorch computes in float64, in inference mode, from the images in x.npy.
"""

import copy
import pathlib
import sys

import numpy as np
import torch
from safetensors.torch import save_file

library = torch.library.Library("torchvision", "DEF")  # Its own is not needed here.
for operator in ["nms", "qnms"]:
    library.define(operator + "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
from torchvision import models  # noqa: E402
from torchvision.models.densenet import DenseNet  # noqa: E402
from torchvision.models.mobilenetv2 import MobileNetV2  # noqa: E402
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet  # noqa: E402
from torchvision.models.vgg import VGG, cfgs, make_layers  # noqa: E402

CLASSES = 5


def resnet(block, blocks, width):
    net = ResNet(block, blocks, num_classes=CLASSES)
    net.conv1 = torch.nn.Conv2d(3, width, 7, 2, 3, bias=False)
    net.bn1 = torch.nn.BatchNorm2d(width)
    net.inplanes = width
    for stage, count in enumerate(blocks):
        stride = 1 if stage == 0 else 2
        made = net._make_layer(block, width << stage, count, stride)
        setattr(net, f"layer{stage + 1}", made)
    net.fc = torch.nn.Linear((width << 3) * block.expansion, CLASSES)
    return net


def vgg(cfg, width, hidden):
    narrow = [c if c == "M" else c * width // 64 for c in cfgs[cfg]]
    net = VGG(make_layers(narrow, batch_norm=True), num_classes=CLASSES)
    net.classifier[0] = torch.nn.Linear(narrow[-2] * 49, hidden)
    net.classifier[3] = torch.nn.Linear(hidden, hidden)
    net.classifier[6] = torch.nn.Linear(hidden, CLASSES)
    return net


def randomise(net, seed):
    generator = torch.Generator().manual_seed(seed)

    def uniform(shape, low, high):
        return low + (high - low) * torch.rand(shape, generator=generator)

    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            shape = module.weight.shape
            module.weight.data = uniform(shape, 0.5, 1.5)
            module.bias.data = uniform(shape, -0.5, 0.5)
            module.running_mean.data = uniform(shape, -0.3, 0.3)
            module.running_var.data = uniform(shape, 0.5, 2)
            module.num_batches_tracked.fill_(7)
        elif isinstance(module, (torch.nn.Conv2d, torch.nn.Linear)):
            scale = (6 / module.weight[0].numel()) ** 0.5
            module.weight.data = uniform(module.weight.shape, -scale, scale)
            if module.bias is not None:
                module.bias.data = uniform(module.bias.shape, -0.5, 0.5)
    return net.eval()


def write(folder, name, net, seed, x, full, pt):
    net = randomise(net, seed)
    if not full:
        net = net.half().float()
    with torch.no_grad():
        y = copy.deepcopy(net).double()(x.double())
    state = net.state_dict() if full else net.half().state_dict()
    if pt:
        torch.save(state, folder / f"{name}.pt")
    else:
        save_file(dict(state), folder / f"{name}.safetensors")
    np.save(folder / f"{name}.y.npy", y.numpy())


def main():
    full = "--full" in sys.argv
    folder = pathlib.Path(sys.argv[-1] if full else ".")
    networks = {
        "resnet18": (models.resnet18, lambda: resnet(BasicBlock, [2, 2, 2, 2], 2)),
        "resnet34": (models.resnet34, lambda: resnet(BasicBlock, [3, 4, 6, 3], 2)),
        "resnet50": (models.resnet50, lambda: resnet(Bottleneck, [3, 4, 6, 3], 2)),
        "vgg11-bn": (models.vgg11_bn, lambda: vgg("A", 2, 6)),
        "vgg16-bn": (models.vgg16_bn, lambda: vgg("D", 2, 6)),
        "mobilenetv2": (
            models.mobilenet_v2,
            lambda: MobileNetV2(num_classes=CLASSES, width_mult=0.1),
        ),
        "densenet121": (
            models.densenet121,
            lambda: DenseNet(2, (6, 12, 24, 16), 4, num_classes=CLASSES),
        ),
    }
    side = 224 if full else 40
    x = torch.randn((2, 3, side, side), generator=torch.Generator().manual_seed(100)).half()
    np.save(folder / "x.npy", x.numpy())
    for seed, (name, (whole, narrow)) in enumerate(networks.items()):
        net = whole(weights=None) if full else narrow()
        pt = name in ("resnet18", "vgg11-bn", "vgg16-bn")
        write(folder, name, net, seed, x.float(), full, pt)
        print(name)


main()
