package io.retrograd.backend.onednn;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;

/** The gradients of weights and bias: {@code dw = x * dy}, {@code db = Σ dy}. */
final class WinogradBackwardWeights extends WinogradStep {
    private final boolean bias;
    private final List<Member> members = new ArrayList<>();
    private final List<FloatBuffer> sums = new ArrayList<>();
    private final Team.Part accumulate = this::accumulate;
    private final Team.Part transform = this::transform;
    private final float[] biasGradient;

    /** One thread's memory: its sum over tiles, begun by one product and continued by the other. */
    private record Member(
            WinogradRows rows,
            WinogradWeights windows,
            OneDnnTensor in,
            OneDnnTensor out,
            OneDnnTensor sum,
            Primitive begin,
            Primitive go) {}

    /**
     * A step, and temporary memory in the pass for it.
     *
     * @param arguments x, dy with channels last, dw in {@link Winograd#weightLayout}, and db if
     *     there is a bias
     */
    WinogradBackwardWeights(WinogradShape shape, Pass pass, List<OneDnnTensor> arguments) {
        super("convolution backward weights", shape, arguments);
        bias = arguments.size() > 3;
        biasGradient = new float[bias ? shape.outChannels() : 0];
        for (int i = 0; i < team().members(); i++) {
            members.add(member(pass, team().engine(i)));
        }
    }

    private Member member(Pass pass, Engine single) {
        int tiles = shape().blockTiles();
        int c = shape().inChannels();
        int k = shape().outChannels();
        Layout in = matrices(single, tiles, c);
        Layout out = matrices(single, tiles, k);
        Layout weight = matrices(single, c, k);
        OneDnnTensor from = own(pass, single, "winograd.inputs", in);
        OneDnnTensor to = own(pass, single, "winograd.outputs", out);
        OneDnnTensor sum = own(pass, single, "winograd.weights", weight);
        Layout tilesLast = transposed(single, tiles, c);
        return new Member(
                new WinogradRows(shape(), tiles),
                new WinogradWeights(c * k),
                from,
                to,
                sum,
                product(new Product(from, tilesLast, to, out), sum, weight),
                product(new Product(from, tilesLast, to, out).accumulate(), sum, weight));
    }

    @Override
    WinogradStep on(Pass pass, List<OneDnnTensor> others) {
        return new WinogradBackwardWeights(shape(), pass, others);
    }

    @Override
    void compute() {
        team().run(shape().blocks(), accumulate);
        if (sums.isEmpty()) {
            members.forEach(member -> sums.add(member.sum.floats()));
        }
        team().run(shape().inChannels() * shape().outChannels(), transform);
        if (bias) {
            sumBias();
        }
    }

    private void accumulate(int member, int from, int to) {
        Member own = members.get(member);
        FloatBuffer x = argument(0).floats();
        FloatBuffer dy = argument(1).floats();
        own.rows.forgetSums();
        for (int block = from; block < to; block++) {
            int first = block * shape().blockRows();
            for (int i = 0; i < shape().blockRows(); i++) {
                int tile = i * shape().across();
                if (first + i < shape().rows()) {
                    own.rows.inputs(x, first + i, i > 0, own.in.floats(), tile);
                    own.rows.outputGradients(dy, first + i, own.out.floats(), tile);
                } else {
                    own.rows.zeros(own.in.floats(), tile, shape().inChannels());
                    own.rows.zeros(own.out.floats(), tile, shape().outChannels());
                }
            }
            (block == from ? own.begin : own.go).run();
        }
        if (from == to) {
            Pointer.memset(own.sum.pointer(), 0, own.sum.bytes());
        }
    }

    private void transform(int member, int from, int to) {
        members.get(member).windows.gradients(sums, argument(2).floats(), from, to);
    }

    private void sumBias() {
        for (int j = 0; j < biasGradient.length; j++) {
            double sum = 0;
            for (int i = 0; i < members.size(); i++) {
                sum += members.get(i).rows.sum(j);
            }
            biasGradient[j] = (float) sum;
        }
        argument(3).floats().put(0, biasGradient, 0, biasGradient.length);
    }
}
