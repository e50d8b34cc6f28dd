package io.retrograd.onnx;

import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * What runs through the network.
 *
 * @param from what makes it
 * @param dims its sizes, one of which is some number of times N
 * @param whole whether it is token numbers
 */
record Flow(Part from, List<Dim> dims, boolean whole) implements Value {
    Flow {
        dims = List.copyOf(dims);
    }

    /** The dimension that grows with the batch. */
    int batchAxis() {
        for (int i = 0; i < rank(); i++) {
            if (!dims.get(i).constant()) {
                return i;
            }
        }
        throw new UnsupportedException("a result without a batch");
    }

    /** The shape for this many samples. */
    Shape at(int n) {
        List<Integer> sizes = new ArrayList<>();
        dims.forEach(dim -> sizes.add(Math.toIntExact(dim.at(n))));
        return Shape.of(sizes);
    }

    /** The size of a dimension other than the batch's; a negative one counts from the end. */
    int size(int axis) {
        return dims.get(axis(axis)).size();
    }
}
