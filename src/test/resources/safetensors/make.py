"""Writes official.safetensors with the official library, and what its numbers are beside them.

    pip install safetensors numpy ml_dtypes
    python make.py

A tensor KIND holds elements of that kind, KIND.values the same numbers in F64 or I64.
"""

import ml_dtypes
import numpy as np
import safetensors

every_byte = np.arange(256, dtype=np.uint8)
every_half = np.arange(0, 1 << 16, 97, dtype=np.uint16)
rng = np.random.default_rng(1)

SMALL = {
    "F8_E4M3": ("float8_e4m3fn", ml_dtypes.float8_e4m3fn),
    "F8_E5M2": ("float8_e5m2", ml_dtypes.float8_e5m2),
    "F8_E8M0": ("float8_e8m0fnu", ml_dtypes.float8_e8m0fnu),
    "F8_E4M3FNUZ": ("float8_e4m3fnuz", ml_dtypes.float8_e4m3fnuz),
    "F8_E5M2FNUZ": ("float8_e5m2fnuz", ml_dtypes.float8_e5m2fnuz),
}
REAL = {
    "F64": ("float64", rng.standard_normal(5)),
    "F32": ("float32", rng.standard_normal(5).astype(np.float32)),
    "F16": ("float16", every_half.view(np.float16)),
    "BF16": ("bfloat16", every_half.view(ml_dtypes.bfloat16)),
}
WHOLE = {
    "I64": ("int64", np.array([-(2**63), -1, 0, 2**63 - 1], np.int64)),
    "I32": ("int32", np.array([-(2**31), -1, 0, 2**31 - 1], np.int32)),
    "I16": ("int16", np.array([-(2**15), -1, 0, 2**15 - 1], np.int16)),
    "I8": ("int8", np.arange(-128, 128, dtype=np.int8)),
    "U64": ("uint64", np.array([0, 1, 2**63 - 1, 2**64 - 1], np.uint64)),
    "U32": ("uint32", np.array([0, 1, 2**31, 2**32 - 1], np.uint32)),
    "U16": ("uint16", np.array([0, 1, 2**15, 2**16 - 1], np.uint16)),
    "U8": ("uint8", every_byte),
    "BOOL": ("bool", np.array([True, False, True])),
}

tensors = {}
kept = []


def put(name, dtype, array):
    array = np.ascontiguousarray(array) if array.ndim else array
    tensors[name] = safetensors.TensorSpec(
        dtype=dtype, shape=list(array.shape), data_ptr=array.ctypes.data, data_len=array.nbytes
    )
    kept.append(array)


for kind, (dtype, numpy_type) in SMALL.items():
    put(kind, dtype, every_byte.view(numpy_type))
    put(kind + ".values", "float64", every_byte.view(numpy_type).astype(np.float64))
for kind, (dtype, array) in REAL.items():
    put(kind, dtype, array)
    put(kind + ".values", "float64", array.astype(np.float64))
for kind, (dtype, array) in WHOLE.items():
    put(kind, dtype, array)
    put(kind + ".values", "int64", array.astype(np.int64))
complexes = np.array([1 - 2j, 0.5j], np.complex64)
put("C64", "complex64", complexes)
put("C64.values", "float64", complexes.view(np.float32).astype(np.float64))
put("empty", "float32", np.zeros((3, 0, 2), np.float32))
put("empty.labels", "int64", np.zeros(0, np.int64))
put("scalar", "float64", np.array(1.5))
safetensors.serialize_file(tensors, "official.safetensors", {"format": "np"})
