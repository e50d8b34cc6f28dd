"""Writes networks in the form in which tf2onnx writes those of Keras, for OnnxReadTest.

python converted.py FOLDER: needs onnx. Pictures are (N, H, W, C) and are transposed around convolutions, biases
and batch norm are separate products and sums, shapes are computed, bounds are inputs, and layers of LSTM and
GRU are transposed and squeezed.
"""
import sys

import numpy
import onnx
from onnx import helper, numpy_helper

random = numpy.random.default_rng(1)


class Network:
    def __init__(self, shape):
        self.nodes, self.tensors, self.shape = [], [], shape

    def known(self, value, dtype=None):
        array = numpy.asarray(value, dtype=dtype)
        name = "const__%d" % len(self.tensors)
        self.tensors.append(numpy_helper.from_array(array, name))
        return name

    def weight(self, *sizes, scale=0.5):
        return self.known(random.normal(0, scale, sizes).astype(numpy.float32))

    def node(self, operator, *inputs, outputs=1, **attributes):
        names = ["%s__%d:%d" % (operator, len(self.nodes), i) for i in range(outputs)]
        self.nodes.append(
            helper.make_node(operator, inputs, names, name="model/%s__%d" % (operator, len(self.nodes)), **attributes)
        )
        return names[0] if outputs == 1 else names

    def save(self, path, result, rank):
        self.nodes.append(helper.make_node("Identity", [result], ["y"]))
        graph = helper.make_graph(
            self.nodes,
            "tf2onnx",
            [helper.make_tensor_value_info("x", 1, ["unk__1", *self.shape])],
            [helper.make_tensor_value_info("y", 1, [None] * rank)],
            self.tensors,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
        onnx.checker.check_model(model)
        onnx.save(model, path)


def convolutional(path):
    n = Network((9, 10, 3))
    ints = lambda *values: n.known(values, numpy.int64)
    number = lambda value: n.known(value, numpy.float32)
    x = n.node("Mul", "x", number(1 / 4))
    x = n.node("Transpose", x, perm=[0, 3, 1, 2])
    x = n.node("Pad", x, ints(0, 0, 0, 0, 0, 0, 1, 1))
    x = n.node("Conv", x, n.weight(6, 3, 3, 3), kernel_shape=[3, 3], strides=[2, 2], auto_pad="VALID")
    x = n.node("Add", x, n.weight(1, 6, 1, 1))
    # Batch norm, folded into a product and a sum.
    x = n.node("Add", n.node("Mul", x, n.weight(1, 6, 1, 1)), n.weight(1, 6, 1, 1))
    x = n.node("Clip", x, number(0), number(6))
    x = n.node("Conv", x, n.weight(6, 1, 3, 3), group=6, kernel_shape=[3, 3], auto_pad="SAME_UPPER")
    x = n.node("BatchNormalization", x, n.weight(6), n.weight(6), n.weight(6), n.known(random.uniform(0.5, 1.5, 6).astype(numpy.float32)), epsilon=1e-3)
    x = n.node("Transpose", x, perm=[0, 2, 3, 1])
    x = n.node("Mul", x, n.node("Sigmoid", x))
    x = n.node("Transpose", x, perm=[0, 3, 1, 2])
    x = n.node("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2], auto_pad="SAME_UPPER")
    x = n.node("Transpose", x, perm=[0, 2, 3, 1])
    mean = n.node("ReduceMean", x, axes=[1, 2], keepdims=0)
    gate = n.node("Add", n.node("MatMul", mean, n.weight(6, 6)), n.weight(6))
    batch = n.node("Slice", n.node("Cast", n.node("Shape", mean), to=7), ints(0), ints(1), ints(0))
    sizes = n.node("Concat", batch, ints(1), ints(1), ints(6), axis=0)
    gate = n.node("Reshape", n.node("HardSigmoid", gate), sizes)
    x = n.node("Mul", x, gate)
    batch = n.node("Squeeze", n.node("Slice", n.node("Shape", x), ints(0), ints(1), ints(0)), ints(0))
    batch = n.node("Unsqueeze", batch, ints(0))
    x = n.node("Reshape", x, n.node("Concat", batch, ints(-1), axis=0))
    x = n.node("Add", n.node("MatMul", x, n.weight(36, 5)), n.weight(5))
    n.save(path, n.node("Softmax", x, axis=-1), 2)


def recurrent(path):
    n = Network((6, 3))
    ints = lambda *values: n.known(values, numpy.int64)
    x = n.node("Transpose", "x", perm=[1, 0, 2])
    batch = n.node("Slice", n.node("Shape", "x"), ints(0), ints(1), ints(0))
    zeros = n.node("Expand", n.known(numpy.zeros((1, 1, 4), numpy.float32)), n.node("Concat", ints(1), batch, ints(4), axis=0))
    y, last, cell = n.node("LSTM", x, n.weight(1, 16, 3), n.weight(1, 16, 4), n.weight(1, 32), "", zeros, zeros, outputs=3, hidden_size=4, direction="forward")
    x = n.node("Transpose", n.node("Squeeze", y, ints(1)), perm=[1, 0, 2])
    x = n.node("Add", n.node("MatMul", x, n.weight(4, 4)), n.weight(4))
    x = n.node("Transpose", x, perm=[1, 0, 2])
    y, back = n.node("GRU", x, n.weight(2, 12, 4), n.weight(2, 12, 4), n.weight(2, 24), outputs=2, hidden_size=4, direction="bidirectional", linear_before_reset=0)
    y, state = n.node("GRU", n.node("Squeeze", n.node("Slice", y, ints(0), ints(1), ints(1)), ints(1)), n.weight(1, 9, 4), n.weight(1, 9, 3), outputs=2, hidden_size=3, direction="reverse", linear_before_reset=0)
    parts = [n.node("Squeeze", value, ints(0)) for value in (last, cell, state)]
    split = n.node("Split", back, outputs=2, axis=0)
    parts += [n.node("Squeeze", value, ints(0)) for value in split]
    n.save(path, n.node("Concat", *parts, axis=1), 2)


convolutional(sys.argv[1] + "/keras-cnn.onnx")
recurrent(sys.argv[1] + "/keras-rnn.onnx")
