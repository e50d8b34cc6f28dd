"""Writes the NumPy files beside it: python make.py, with NumPy 2.

Element i, row-major, of each array of shape (2, 3, 4) is (i - 5) / 4 where elements are floats,
i - 5 where they are signed, i % 2 where they are truths, else i.
"""
import numpy as np

i = np.arange(24).reshape(2, 3, 4)
for code in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"]:
    values = {"f": (i - 5) / 4, "i": i - 5, "u": i, "b": i % 2}[code[0]]
    for order in "<>":
        if code[1] == "1" and order == ">":
            continue
        array = np.asarray(values).astype(order + code)
        fortran = code in ["f4", "i2", "u8"]
        array = np.asfortranarray(array) if fortran else array
        name = f"{code}-{'big' if order == '>' else 'little'}.npy"
        np.save(name, array)
for version in [(2, 0), (3, 0)]:
    with open(f"version{version[0]}.npy", "wb") as f:
        np.lib.format.write_array(f, ((i - 5) / 4).astype("<f4"), version=version)
np.save("scalar.npy", np.float64(1.5))
np.save("empty.npy", np.zeros((0, 3), np.float32))
np.save("vector.npy", np.array([-(2**63), 0, 2**63 - 1]))
np.save("complex.npy", np.zeros(2, np.complex64))
np.save("text.npy", np.array(["a", "b"]))
np.save("structure.npy", np.zeros(2, [("a", "<f4"), ("b", "<i4")]))
np.save("object.npy", np.array([{}, None]), allow_pickle=True)
np.savez_compressed("two.npz", half=np.array([0.5, -2], np.float16), whole=np.arange(3))
