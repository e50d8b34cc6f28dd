"""The networks that are timed, layer by layer those of `retrograd bench`, with the same initial
distributions."""

import torch
from torch import nn
from torch.nn import functional


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
