"""Writes nodes.zip: ONNX's own tests of the operators that networks have, for OnnxNodesTest.

python nodes.py FOLDER: needs onnx, whose backend tests these are. All inputs but the first become
initializers, as weights and sizes are in the files of networks. Of each test there are NAME.onnx,
NAME.in.npy and NAME.out.npy.
"""
import io
import sys
import zipfile

import numpy
import onnx
from onnx.backend.test.case.node import collect_testcases

OPERATORS = set("""
Add AveragePool BatchNormalization Celu Clip Concat Conv ConvTranspose DepthToSpace Div Dropout Elu Expand
Flatten GRU Gather Gelu Gemm GlobalAveragePool GlobalMaxPool GroupNormalization HardSigmoid HardSwish
Identity InstanceNormalization LRN LSTM LayerNormalization LeakyRelu LogSoftmax MatMul Max MaxPool Min Mish Mul
Neg PRelu Pad RNN ReduceMax ReduceMean ReduceSum Relu Reshape Resize Selu Sigmoid Slice Softmax Softplus
Softsign SpaceToDepth Split Squeeze Sub Sum Tanh Transpose Unsqueeze Upsample
""".split())
LARGEST = 20_000

# Of these the batch is elsewhere in the output than in the input, or they are not for inference.
SKIPPED = {"test_transpose_all_permutations_%d" % i for i in range(2, 6)} | {
    "test_transpose_default",
    "test_expand_dim_changed",
    "test_batchnorm_epsilon_training_mode",
    "test_batchnorm_example_training_mode",
}


def npy(array):
    out = io.BytesIO()
    numpy.save(out, numpy.ascontiguousarray(array))
    return out.getvalue()


def main(folder):
    written = {}
    for case in collect_testcases(None):
        graph = case.model.graph
        if len(graph.node) != 1 or graph.node[0].op_type not in OPERATORS:
            continue
        inputs, outputs = case.data_sets[0]
        arrays = [x for x in inputs + outputs]
        if not all(isinstance(x, numpy.ndarray) for x in arrays) or len(graph.input) != len(inputs):
            continue
        first, result = inputs[0], outputs[0]
        if first.dtype != numpy.float32 or result.dtype != numpy.float32 or first.ndim < 2:
            continue
        if first.size == 0 or result.size == 0 or sum(x.size for x in arrays) > LARGEST:
            continue
        if case.name in SKIPPED:
            continue
        model = onnx.ModelProto()
        model.CopyFrom(case.model)
        for value, array in zip(graph.input[1:], inputs[1:]):
            model.graph.initializer.append(onnx.numpy_helper.from_array(array, value.name))
        del model.graph.input[1:]
        layout = [a.i for a in graph.node[0].attribute if a.name == "layout"]
        if graph.node[0].op_type in ("GRU", "LSTM", "RNN") and layout != [1]:
            # (T, N, I), as the exporters leave N open.
            model.graph.input[0].type.tensor_type.shape.dim[1].dim_param = "batch"
            first = numpy.swapaxes(first, 0, 1)
        if graph.node[0].op_type not in ("Split", "Dropout"):
            del model.graph.output[1:]
            del model.graph.node[0].output[1 if graph.node[0].output[0] else 2:]
        written[case.name] = (model.SerializeToString(), npy(first), npy(result))
    with zipfile.ZipFile(folder + "/nodes.zip", "w", zipfile.ZIP_DEFLATED) as out:
        for name, parts in sorted(written.items()):
            for end, part in zip((".onnx", ".in.npy", ".out.npy"), parts):
                out.writestr(zipfile.ZipInfo(name + end), part, zipfile.ZIP_DEFLATED)
    print(len(written), "tests")


main(sys.argv[1])
