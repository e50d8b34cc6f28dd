"""Writes the pictures of this folder, with Pillow 12.3 and torchvision 0.29 (torch 2.13).

x.png is the picture that all of expected/ are made of; damaged/ holds files that no reader takes
whole, and sound/ files of every kind that one does, each beside what Pillow reads (as PNG).
"""

import os
import struct
import zlib

import numpy as np
import torch

library = torch.library.Library("torchvision", "DEF")
for kind in "nms", "qnms":
    library.define(f"{kind}(Tensor d, Tensor s, float t) -> Tensor")
from PIL import Image  # noqa: E402
from torchvision.transforms import InterpolationMode  # noqa: E402
from torchvision.transforms.v2 import functional as F  # noqa: E402

HEIGHT, WIDTH = 37, 53


def picture():
    """Smooth colours with noise and a hard edge."""
    random = np.random.default_rng(1)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    colors = np.stack([x * 4.5, y * 6.5, (x + y) * 2.5], -1) + random.normal(0, 12, (HEIGHT, WIDTH, 3))
    colors[10:20, 15:30] = [250, 5, 128]
    return np.clip(colors, 0, 255).astype(np.uint8)


def save(name, tensor):
    Image.fromarray(tensor.permute(1, 2, 0).numpy()).save(name)


def transforms(image):
    os.makedirs("expected", exist_ok=True)
    for name, kind in ("area", Image.BOX), ("bilinear", Image.BILINEAR):
        for width, height in (17, 23), (106, 74), (53, 11), (20, 37), (200, 9), (1, 1):
            image.resize((width, height), kind).save(f"expected/resize-{name}-{width}x{height}.png")
    F.resize(image, 16, InterpolationMode.BILINEAR, antialias=True).save("expected/shorter-16.png")
    F.resize(image, 61, InterpolationMode.BILINEAR, antialias=True).save("expected/shorter-61.png")
    F.center_crop(image, [24, 24]).save("expected/center-24x24.png")
    F.center_crop(image, [30, 60]).save("expected/center-60x30.png")
    x = torch.from_numpy(np.array(image)).permute(2, 0, 1)
    for factor in 0.4, 1.7:
        save(f"expected/brightness-{factor}.png", F.adjust_brightness(x, factor))
        save(f"expected/contrast-{factor}.png", F.adjust_contrast(x, factor))
        save(f"expected/saturation-{factor}.png", F.adjust_saturation(x, factor))
    for shift in -0.3, 0.1:
        save(f"expected/hue-{shift}.png", F.adjust_hue(x, shift))
    image.convert("L").save("expected/grey.png")
    normal = F.normalize(F.to_dtype(x, torch.float32, scale=True), [0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    normal[:, 5, 7:11].reshape(-1).numpy().astype("<f4").tofile("expected/normalize-5-7.f32")


if __name__ == "__main__":
    image = Image.fromarray(picture())
    image.save("x.png")
    transforms(image)
