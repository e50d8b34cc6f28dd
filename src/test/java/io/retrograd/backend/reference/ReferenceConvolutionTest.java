package io.retrograd.backend.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.retrograd.bind.BindOptions;
import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Conv3d;
import io.retrograd.layer.ConvTranspose1d;
import io.retrograd.layer.ConvTranspose2d;
import io.retrograd.layer.Convolution;
import io.retrograd.tensor.Shape;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Convolutions and their gradients against sums that are written term by term from the definition.
 *
 * <p>All values are small integers, so every sum is exact and the comparison has no tolerance. The
 * sizes, strides, paddings, dilations and groups are random; {@link Case} draws them.
 */
class ReferenceConvolutionTest {
    private static final int CASES = 60;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void convolutionIsTheSumOfItsTerms(int dims) {
        Random random = new Random(100 + dims);
        for (int i = 0; i < CASES; i++) {
            check(new Case(dims, /* transposed= */ false, random), random, /* threads= */ 1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void transposedConvolutionIsTheSumOfItsTerms(int dims) {
        Random random = new Random(200 + dims);
        for (int i = 0; i < CASES; i++) {
            check(new Case(dims, /* transposed= */ true, random), random, /* threads= */ 1);
        }
    }

    @Test
    void severalThreadsGiveTheSameSums() {
        Random random = new Random(300);
        for (int i = 0; i < CASES; i++) {
            check(new Case(2, random.nextBoolean(), random), random, /* threads= */ 3);
        }
    }

    private static void check(Case c, Random random, int threads) {
        Convolution<?> layer = c.layer();
        Shape input = c.inputShape();
        BindOptions options = BindOptions.inspect(/* training= */ true);
        try (Bound bound = new Bound(layer, input, options, threads)) {
            double[] x = integers(random, (int) input.size());
            double[] w = integers(random, bound.value("weight").length);
            double[] b = integers(random, c.outputChannels);
            double[] dy = integers(random, (int) bound.y().shape().size());
            bound.set("weight", w);
            if (c.bias) {
                bound.set("bias", b);
            }
            Terms terms =
                    new Terms(c, bound.y().shape(), x, w, c.bias ? b : new double[b.length], dy);
            String where = layer + " on " + input;
            assertArrayEquals(terms.y, bound.forward(x), where + ": y");
            assertArrayEquals(terms.dx, bound.backward(dy), where + ": dx");
            assertArrayEquals(terms.dw, bound.gradient("weight"), where + ": dw");
            if (c.bias) {
                assertArrayEquals(terms.db, bound.gradient("bias"), where + ": db");
            }
        }
    }

    private static double[] integers(Random random, int count) {
        return random.ints(count, -4, 5).asDoubleStream().toArray();
    }

    /** A random convolution, and an input that it fits. */
    private static final class Case {
        final int dims;
        final boolean transposed;
        final int samples;
        final int groups;
        final int inputChannels;
        final int outputChannels;
        final boolean bias;
        final int[] in;
        final int[] kernel;
        final int[] stride;
        final int[] padding;
        final int[] dilation;
        final int[] outputPadding;

        Case(int dims, boolean transposed, Random random) {
            this.dims = dims;
            this.transposed = transposed;
            samples = 1 + random.nextInt(3);
            groups = 1 + random.nextInt(3);
            inputChannels = groups * (1 + random.nextInt(6));
            outputChannels = groups * (1 + random.nextInt(6));
            bias = random.nextBoolean();
            kernel = random.ints(dims, 1, 5).toArray();
            stride = random.ints(dims, 1, 4).toArray();
            padding = random.ints(dims, 0, 4).toArray();
            dilation = random.ints(dims, 1, 4).toArray();
            in = new int[dims];
            outputPadding = new int[dims];
            for (int i = 0; i < dims; i++) {
                int extent = dilation[i] * (kernel[i] - 1) + 1;
                if (transposed) {
                    int spare = Math.max(0, 2 * padding[i] - extent);
                    in[i] = 1 + (spare + stride[i]) / stride[i] + random.nextInt(4);
                    outputPadding[i] = random.nextInt(Math.max(stride[i], dilation[i]));
                } else {
                    in[i] =
                            Math.max(1, extent - 2 * padding[i])
                                    + random.nextInt(dims == 1 ? 19 : 7);
                }
            }
        }

        Convolution<?> layer() {
            Convolution<?> layer =
                    transposed
                            ? dims == 1
                                    ? new ConvTranspose1d(outputChannels, kernel)
                                            .outputPadding(outputPadding)
                                    : new ConvTranspose2d(outputChannels, kernel)
                                            .outputPadding(outputPadding)
                            : dims == 1
                                    ? new Conv1d(outputChannels, kernel)
                                    : dims == 2
                                            ? new Conv2d(outputChannels, kernel)
                                            : new Conv3d(outputChannels, kernel);
            return layer.stride(stride)
                    .padding(padding)
                    .dilation(dilation)
                    .groups(groups)
                    .bias(bias);
        }

        Shape inputShape() {
            return Shape.of(in).batch(inputChannels).batch(samples);
        }
    }

    /**
     * y, dx, dw and db, summed over every product x·w that contributes to an element of y.
     *
     * <p>A convolution reads its input at o·stride + r·dilation − padding; a transposed one writes
     * its output there, at i in place of o. Indices of one kind are flattened over all dimensions.
     */
    private static final class Terms {
        final double[] y;
        final double[] dx;
        final double[] dw;
        final double[] db;

        Terms(Case c, Shape yShape, double[] x, double[] w, double[] b, double[] dy) {
            y = new double[dy.length];
            dx = new double[x.length];
            dw = new double[w.length];
            db = new double[b.length];
            int[] out = yShape.dims().stream().skip(2).mapToInt(Integer::intValue).toArray();
            int[] near = c.transposed ? c.in : out;
            int[] far = c.transposed ? out : c.in;
            int inGroup = c.inputChannels / c.groups;
            int outGroup = c.outputChannels / c.groups;
            for (int n = 0; n < c.samples; n++) {
                for (int k = 0; k < c.outputChannels; k++) {
                    for (int o = 0; o < count(out); o++) {
                        y[(n * c.outputChannels + k) * count(out) + o] = b[k];
                        db[k] += dy[(n * c.outputChannels + k) * count(out) + o];
                    }
                    for (int c0 = 0; c0 < inGroup; c0++) {
                        int channel = k / outGroup * inGroup + c0;
                        int filter =
                                c.transposed ? channel * outGroup + k % outGroup : k * inGroup + c0;
                        for (int p = 0; p < count(near); p++) {
                            for (int r = 0; r < count(c.kernel); r++) {
                                int q = position(c, near, far, p, r);
                                if (q >= 0) {
                                    int xi =
                                            (n * c.inputChannels + channel) * count(c.in)
                                                    + (c.transposed ? p : q);
                                    int yi =
                                            (n * c.outputChannels + k) * count(out)
                                                    + (c.transposed ? q : p);
                                    int wi = filter * count(c.kernel) + r;
                                    y[yi] += x[xi] * w[wi];
                                    dx[xi] += dy[yi] * w[wi];
                                    dw[wi] += dy[yi] * x[xi];
                                }
                            }
                        }
                    }
                }
            }
        }

        /** The flat position p·stride + r·dilation − padding in {@code far}; −1 for outside. */
        private static int position(Case c, int[] near, int[] far, int p, int r) {
            int flat = 0;
            int pUnit = count(near);
            int rUnit = count(c.kernel);
            for (int i = 0; i < far.length; i++) {
                pUnit /= near[i];
                rUnit /= c.kernel[i];
                int q =
                        p / pUnit % near[i] * c.stride[i]
                                + r / rUnit % c.kernel[i] * c.dilation[i]
                                - c.padding[i];
                if (q < 0 || q >= far[i]) {
                    return -1;
                }
                flat = flat * far[i] + q;
            }
            return flat;
        }

        private static int count(int[] sizes) {
            return Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
        }
    }
}
