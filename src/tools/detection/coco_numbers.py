"""Writes what pycocotools makes of drawn detections:
src/test/resources/io/retrograd/detection/coco.json.

    pip install pycocotools numpy && python src/tools/detection/coco_numbers.py src/test/resources/io/retrograd/detection/coco.json

A case: the number of classes; for each picture its detections, [class, score, x, y, w, h] from the
upper left corner in pixels, and its things, [class, x, y, w, h]; then the mean average precision
over all overlaps, at 0.5 and at 0.75. Scores repeat, boxes touch, classes lack things or detections.
"""

import contextlib
import io
import json
import pathlib
import random
import sys

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval


def box(draw):
    return [draw.randrange(0, 200), draw.randrange(0, 200), draw.randrange(4, 80), draw.randrange(4, 80)]


def moved(draw, of, most):
    x, y, w, h = (value + draw.randint(-most, most) for value in of)
    return [x, y, max(1, w), max(1, h)]


def picture(draw, classes, things, noise):
    truth = [[draw.randrange(classes)] + box(draw) for _ in range(draw.randint(0, things))]
    found = []
    for label, *of in truth:
        for _ in range(draw.choice([0, 1, 1, 2])):
            shown = label if draw.random() < 0.85 else draw.randrange(classes + 1) % classes
            found.append([shown, draw.randrange(1, 17) / 16] + moved(draw, of, draw.choice([0, 1, 3, 12])))
    for _ in range(draw.randint(0, noise)):
        found.append([draw.randrange(classes), draw.randrange(1, 17) / 16] + box(draw))
    return {"found": found, "truth": truth}


def numbers(pictures):
    classes = 1 + max([t[0] for p in pictures for t in p["truth"]] + [f[0] for p in pictures for f in p["found"]])
    truth = COCO()
    annotations = [
        {"id": i, "image_id": n, "category_id": label, "bbox": of, "area": of[2] * of[3], "iscrowd": 0}
        for i, (n, label, of) in enumerate(
            ((n, t[0], t[1:]) for n, p in enumerate(pictures) for t in p["truth"]), start=1
        )
    ]
    truth.dataset = {
        "info": {},
        "images": [{"id": n} for n in range(len(pictures))],
        "categories": [{"id": c} for c in range(classes)],
        "annotations": annotations,
    }
    truth.createIndex()
    found = truth.loadRes(
        [
            {"image_id": n, "category_id": f[0], "score": f[1], "bbox": f[2:]}
            for n, p in enumerate(pictures)
            for f in p["found"]
        ]
    )
    evaluation = COCOeval(truth, found, "bbox")
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    return {"classes": classes, "mean": evaluation.stats[0], "at50": evaluation.stats[1], "at75": evaluation.stats[2]}


cases = []
for seed in range(12):
    draw = random.Random(seed)
    classes = draw.randint(1, 4)
    # The last ones have more than 100 detections of a class in a picture.
    things, noise, count = (6, 4, 12) if seed < 10 else (20, 300, 3)
    pictures = [picture(draw, classes, things, noise) for _ in range(count)]
    with contextlib.redirect_stdout(io.StringIO()):
        cases.append({"pictures": pictures, **numbers(pictures)})
text = json.dumps(cases, separators=(",", ":")).replace('{"found"', '\n{"found"')
pathlib.Path(sys.argv[1]).write_text(text + "\n")
