package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_ABcd8b8a;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_with_tag;

import io.retrograd.backend.Backend;
import io.retrograd.backend.BindOptions;
import io.retrograd.backend.Binder;
import io.retrograd.backend.Initializer;
import io.retrograd.backend.Parameters;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.dnnl.dnnl_memory_desc;

/**
 * Parameters of odd sizes on one backend, for tests of updates: one weight is long enough to be cut
 * into pieces, and those of rank 4 are in padded blocks where the backend has such.
 *
 * <p>All values are float32 numbers, the same on every backend.
 */
final class UpdatedModel implements AutoCloseable {
    private static final List<Shape> SHAPES =
            List.of(
                    Shape.of(13),
                    Shape.of(20, 13, 3, 3),
                    Shape.of(7),
                    Shape.of(263, 1009),
                    Shape.of(1),
                    Shape.of(3, 5),
                    Shape.of(1, 1));

    private final Parameters parameters;

    UpdatedModel(Backend backend) {
        this(backend, SHAPES);
    }

    UpdatedModel(Backend backend, List<Shape> shapes) {
        parameters = new Parameters(backend, /* seed= */ 0);
        Binder binder = new Binder(parameters, BindOptions.train());
        for (int i = 0; i < shapes.size(); i++) {
            Tensor w = binder.parameter("p" + i, shapes.get(i), Initializer.constant(0));
            if (shapes.get(i).rank() == 4 && w instanceof OneDnnTensor own) {
                own.layout(blocked(own));
            }
        }
        binder.commit().close();
        for (int i = 0; i < shapes.size(); i++) {
            tensors().get(i).copyFrom(values(shapes.get(i), /* seed= */ i, /* scale= */ 1));
        }
    }

    private static Layout blocked(OneDnnTensor w) {
        dnnl_memory_desc descriptor = new dnnl_memory_desc();
        Dnnl.check(
                dnnl_memory_desc_create_with_tag(descriptor, 4, w.dims(), dnnl_f32, dnnl_ABcd8b8a),
                "memory_desc_create_with_tag");
        return w.engine().layout(descriptor);
    }

    Parameters parameters() {
        return parameters;
    }

    List<Tensor> tensors() {
        return List.copyOf(parameters.tensors());
    }

    List<Tensor> gradients() {
        return tensors().stream().map(Tensor::requireGrad).toList();
    }

    /** Sets all gradients to random numbers of this step, every fifth to 0 in every step. */
    void setGradients(int step, double scale) {
        List<Tensor> gradients = gradients();
        for (int i = 0; i < gradients.size(); i++) {
            double[] values = values(gradients.get(i).shape(), 100L * step + i, scale);
            for (int j = 0; j < values.length; j += 5) {
                values[j] = 0;
            }
            gradients.get(i).copyFrom(values);
        }
    }

    /** Numbers of both signs and of size {@code scale/2} to {@code 3/2·scale}. */
    private static double[] values(Shape shape, long seed, double scale) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            double size = scale * (0.5 + random.nextDouble());
            values[i] = (float) (random.nextBoolean() ? size : -size);
        }
        return values;
    }

    /** All elements of several tensors, one after the other. */
    static double[] elements(List<Tensor> tensors) {
        int size = tensors.stream().mapToInt(t -> (int) t.shape().size()).sum();
        double[] all = new double[size];
        int at = 0;
        for (Tensor tensor : tensors) {
            double[] values = tensor.toArray();
            System.arraycopy(values, 0, all, at, values.length);
            at += values.length;
        }
        return all;
    }

    /** Places in memory that belong to no element of these tensors, and do not hold 0. */
    static List<String> dirtyGaps(List<Tensor> tensors) {
        List<String> dirty = new ArrayList<>();
        for (Tensor tensor : tensors) {
            OneDnnTensor own = (OneDnnTensor) tensor;
            int count = (int) (Sweep.padded(own) / Float.BYTES);
            OneDnnTensor memory = own.window(0, count);
            boolean[] used = used(own, count);
            for (int i = 0; i < count; i++) {
                if (!used[i] && memory.get(i) != 0) {
                    dirty.add(own.name() + " at " + i + ": " + memory.get(i));
                }
            }
        }
        return dirty;
    }

    /** Which places of a tensor's memory its elements take. */
    private static boolean[] used(OneDnnTensor tensor, int count) {
        boolean[] used = new boolean[count];
        int[] dims = tensor.shape().dims().stream().mapToInt(Integer::intValue).toArray();
        for (int i = 0; i < tensor.size(); i++) {
            used[tensor.layout().plain() ? i : blockedPlace(dims, i)] = true;
        }
        return used;
    }

    /** Where element i of a weight (K, C, H, W) lies in blocks of 8 by 8, the last of K. */
    private static int blockedPlace(int[] dims, int i) {
        int area = dims[2] * dims[3];
        int position = i % area;
        int c = i / area % dims[1];
        int k = i / area / dims[1];
        int blocks = (dims[1] + 7) / 8;
        return (((k / 8 * blocks + c / 8) * area + position) * 8 + c % 8) * 8 + k % 8;
    }

    @Override
    public void close() {
        parameters.close();
    }
}
