"""Prints as JSON what TensorBoard's own reader finds in a folder of event files."""

import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import PyRecordReader_New
from tensorboard.plugins.hparams import plugin_data_pb2

folder, file = sys.argv[1:]
events = EventAccumulator(
    folder, size_guidance={"scalars": 0, "images": 0, "histograms": 0, "tensors": 0})
events.Reload()
tags = events.Tags()

graph = GraphDef.FromString(events._graph)
reader = PyRecordReader_New(file)
settings = {}
ended = None
while True:
    try:
        reader.GetNext()
    except Exception:
        break
    for value in Event.FromString(reader.record()).summary.value:
        if value.metadata.plugin_data.plugin_name == "hparams":
            content = plugin_data_pb2.HParamsPluginData.FromString(
                value.metadata.plugin_data.content)
            if content.HasField("session_start_info"):
                for name, one in content.session_start_info.hparams.items():
                    settings[name] = getattr(one, one.WhichOneof("kind"))
            if content.HasField("session_end_info"):
                ended = content.session_end_info.status

print(json.dumps({
    "scalars": {tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in tags["scalars"]},
    "images": {
        tag: [[e.step, e.width, e.height] for e in events.Images(tag)] for tag in tags["images"]},
    "histograms": {
        tag: [
            [e.step, h.min, h.max, h.num, h.sum, h.sum_squares, sum(h.bucket), len(h.bucket_limit)]
            for e in events.Histograms(tag) for h in [e.histogram_value]]
        for tag in tags["histograms"]},
    "nodes": {node.name: [node.op, list(node.input)] for node in graph.node},
    "settings": settings,
    "ended": ended,
}))
