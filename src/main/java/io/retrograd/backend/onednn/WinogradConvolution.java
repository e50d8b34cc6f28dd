package io.retrograd.backend.onednn;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code y = x * w + b + addend}, perhaps with a ReLU; or the gradient of x from that of y. */
final class WinogradConvolution extends WinogradStep {
    private final Options options;
    private final OneDnnTensor weights;
    private final List<Primitive> products = new ArrayList<>();
    private final Team.Part transformWeights = this::transformWeights;
    private final Team.Part convolve = this::convolve;
    private final float[] bias;

    /**
     * The pass to compute. The arguments are x, w, y, then the bias, then the addend.
     *
     * @param turned whether windows are turned by half a circle, as for the gradient of x
     */
    record Options(boolean turned, boolean bias, boolean addend, boolean relu) {
        String name() {
            return turned
                    ? "convolution backward data"
                    : "convolution forward" + (addend ? "+add" : "") + (relu ? "+relu" : "");
        }
    }

    /**
     * A convolution, and temporary memory in the pass for it.
     *
     * @param arguments activations with channels last, w in {@link Winograd#weight}
     */
    WinogradConvolution(
            WinogradShape shape, Options options, Pass pass, List<OneDnnTensor> arguments) {
        super(options.name(), shape, pass, arguments);
        this.options = options;
        bias = new float[options.bias ? shape.outWidth() * shape.outChannels() : 0];
        int c = shape.inChannels();
        int k = shape.outChannels();
        Engine engine = arguments.get(0).engine();
        Layout stored = options.turned ? matrices(engine, k, c) : matrices(engine, c, k);
        Layout factor = options.turned ? transposed(engine, k, c) : stored;
        weights = own(pass, engine, "winograd.weights", stored);
        for (Member member : members()) {
            Product product = new Product(member.in(), member.in().layout(), weights, factor);
            products.add(product(product, member.out(), member.out().layout()));
        }
    }

    @Override
    WinogradStep on(Pass pass, List<OneDnnTensor> others) {
        return new WinogradConvolution(shape(), options, pass, others);
    }

    @Override
    void compute() {
        if (options.bias) {
            spreadBias();
        }
        team().run(shape().pairs(), transformWeights);
        team().run(shape().blocks(), convolve);
    }

    private void spreadBias() {
        int k = shape().outChannels();
        argument(3).floats().get(0, bias, 0, k);
        for (int x = 1; x < shape().outWidth(); x++) {
            System.arraycopy(bias, 0, bias, x * k, k);
        }
    }

    private void transformWeights(int member, int from, int to) {
        WinogradWeights windows = members().get(member).windows();
        FloatBuffer w = argument(1).floats();
        windows.transform(w, weights.floats(), shape().pairs(), options.turned, from, to);
    }

    private void convolve(int member, int from, int to) {
        Member own = members().get(member);
        FloatBuffer x = argument(0).floats();
        FloatBuffer y = argument(2).floats();
        @Nullable FloatBuffer addend =
                options.addend ? argument(options.bias ? 4 : 3).floats() : null;
        for (int block = from; block < to; block++) {
            int first = block * shape().blockRows();
            int rows = Math.min(shape().blockRows(), shape().rows() - first);
            for (int i = 0; i < rows; i++) {
                own.rows().inputs(x, first + i, i > 0, own.in().floats(), i * shape().across());
            }
            products.get(member).run();
            for (int i = 0; i < rows; i++) {
                own.rows().outputs(own.out().floats(), i * shape().across());
                own.rows().store(y, first + i, bias, addend, options.relu);
            }
        }
    }
}
