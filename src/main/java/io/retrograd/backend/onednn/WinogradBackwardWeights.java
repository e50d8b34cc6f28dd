package io.retrograd.backend.onednn;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;

/** The gradients of weights and bias: {@code dw = x * dy}, {@code db = Σ dy}. */
final class WinogradBackwardWeights extends WinogradStep {
    private final boolean bias;
    private final List<Sum> sums = new ArrayList<>();
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
        members().forEach(member -> sums.add(sum(pass, member)));
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
        team().run(shape().inChannels() * shape().outChannels(), transform);
        if (bias) {
            sumBias();
        }
    }

    private void accumulate(int member, int from, int to) {
        Member own = members().get(member);
        Sum sum = sums.get(member);
        FloatBuffer x = argument(0).floats();
        FloatBuffer dy = argument(1).floats();
        own.rows().forgetSums();
        for (int block = from; block < to; block++) {
            int first = block * shape().blockRows();
            for (int i = 0; i < shape().blockRows(); i++) {
                int tile = i * shape().across();
                if (first + i < shape().rows()) {
                    own.rows().inputs(x, first + i, i > 0, own.in().floats(), tile);
                    own.rows().outputGradients(dy, first + i, own.out().floats(), tile);
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
        members().get(member).windows().gradients(stacks, argument(2).floats(), from, to);
    }

    private void sumBias() {
        for (int j = 0; j < biasGradient.length; j++) {
            double sum = 0;
            for (int i = 0; i < members().size(); i++) {
                sum += members().get(i).rows().sum(j);
            }
            biasGradient[j] = (float) sum;
        }
        argument(3).floats().put(0, biasGradient, 0, biasGradient.length);
    }
}
