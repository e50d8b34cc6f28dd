package io.retrograd.backend.onednn;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.Pointer;

/** The gradients of weights and bias: {@code dw = x * dy}, {@code db = Σ dy}. */
final class WinogradBackwardWeights extends WinogradStep {
    private final boolean bias;
    private final List<Sum> sums = new ArrayList<>();

    /** By thread, the sum of output gradients for each number of a row of tiles. */
    private final List<float[]> gradients = new ArrayList<>();

    private final List<FloatBuffer> stacks = new ArrayList<>();
    private final Team.Part accumulate = this::accumulate;
    private final Team.Part transform = this::transform;
    private final float[] biasGradient;

    /** One thread's sum over tiles, begun by one product and continued by the other. */
    private record Sum(OneDnnTensor stack, Primitive begin, Primitive go) {}

    /**
     * A step, and temporary memory in the pass for it.
     *
     * @param arguments x, dy with channels last, dw in {@link Winograd#weight}, and db if there is
     *     a bias
     */
    WinogradBackwardWeights(WinogradShape shape, Pass pass, List<OneDnnTensor> arguments) {
        super("convolution backward weights", shape, pass, arguments);
        bias = arguments.size() > 3;
        biasGradient = new float[bias ? shape.outChannels() : 0];
        for (Member member : members()) {
            sums.add(sum(pass, member));
            gradients.add(new float[shape.across() * shape.outChannels()]);
        }
    }

    private Sum sum(Pass pass, Member member) {
        Engine engine = member.engine();
        Layout weight = matrices(engine, shape().inChannels(), shape().outChannels());
        Layout tilesLast = transposed(engine, shape().blockTiles(), shape().inChannels());
        OneDnnTensor stack = own(pass, engine, "winograd.weights", weight);
        OneDnnTensor out = member.out();
        return new Sum(
                stack,
                product(new Product(member.in(), tilesLast, out, out.layout()), stack, weight),
                product(
                        new Product(member.in(), tilesLast, out, out.layout()).accumulate(),
                        stack,
                        weight));
    }

    @Override
    WinogradStep on(Pass pass, List<OneDnnTensor> others) {
        return new WinogradBackwardWeights(shape(), pass, others);
    }

    @Override
    void compute() {
        team().run(shape().blocks(), accumulate);
        if (stacks.isEmpty()) {
            sums.forEach(sum -> stacks.add(sum.stack.floats()));
        }
        team().run(shape().pairs(), transform);
        if (bias) {
            sumBias();
        }
    }

    private void accumulate(int member, int from, int to) {
        Member own = members().get(member);
        Sum sum = sums.get(member);
        FloatBuffer x = argument(0).floats();
        FloatBuffer dy = argument(1).floats();
        float[] row = gradients.get(member);
        Arrays.fill(row, 0);
        for (int block = from; block < to; block++) {
            int first = block * shape().blockRows();
            for (int i = 0; i < shape().blockRows(); i++) {
                int tile = i * shape().across();
                if (first + i < shape().rows()) {
                    own.rows().inputs(x, first + i, i > 0, own.in().floats(), tile);
                    own.rows().outputGradients(dy, first + i, own.out().floats(), tile, row);
                } else {
                    own.rows().zeros(own.in().floats(), tile, shape().inChannels());
                    own.rows().zeros(own.out().floats(), tile, shape().outChannels());
                }
            }
            (block == from ? sum.begin : sum.go).run();
        }
        if (from == to) {
            Pointer.memset(sum.stack.pointer(), 0, sum.stack.bytes());
        }
    }

    private void transform(int member, int from, int to) {
        WinogradWeights windows = members().get(member).windows();
        windows.gradients(stacks, argument(2).floats(), shape().pairs(), from, to);
    }

    private void sumBias() {
        int channels = biasGradient.length;
        for (int j = 0; j < channels; j++) {
            double total = 0;
            for (int i = 0; i < gradients.size(); i++) {
                float[] row = gradients.get(i);
                for (int at = j; at < row.length; at += channels) {
                    total += row[at];
                }
            }
            biasGradient[j] = (float) total;
        }
        argument(3).floats().put(0, biasGradient, 0, channels);
    }
}
