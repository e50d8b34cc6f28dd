package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A convolution by 3x3 windows through Winograd's F(2x2, 3x3), in one pass: the transforms in Java,
 * between them the products of 16 pairs of matrices by oneDNN, block by block so that all stays in
 * the cache, and each thread with blocks of its own.
 *
 * <p>A tile of 2x2 outputs takes 16 products for each pair of channels, where sums over windows
 * take 36. Rounding errors are no larger than theirs, as each sum has fewer terms. After Lavin and
 * Gray, <i>Fast Algorithms for Convolutional Neural Networks</i>, CVPR 2016.
 */
abstract class WinogradStep implements Step {
    /**
     * Products, about a millisecond on two cores, from which on it is tried: from oneDNN's threads
     * to these and back takes some ten microseconds each time, which no step by itself shows.
     */
    private static final long WORTHWHILE = 100_000_000;

    private static final long COMPILING_NANOS = 600_000_000;

    private static final Set<Class<?>> COMPILED = ConcurrentHashMap.newKeySet();

    private final String name;
    private final WinogradShape shape;
    private final Team team;
    private final List<OneDnnTensor> arguments;
    private final List<Member> members = new ArrayList<>();
    private final List<Primitive> products = new ArrayList<>();
    private final List<OneDnnTensor> own = new ArrayList<>();
    private boolean ready;

    /** The workspace of one thread: the matrices of a block of tiles, on both sides. */
    record Member(
            Engine engine,
            WinogradRows rows,
            WinogradWeights windows,
            OneDnnTensor in,
            OneDnnTensor out) {}

    /**
     * A step, and temporary memory in the pass for its threads.
     *
     * @param arguments the tensors that it reads and writes, apart from its own
     */
    WinogradStep(String name, WinogradShape shape, Pass pass, List<OneDnnTensor> arguments) {
        this.name = name;
        this.shape = shape;
        this.arguments = arguments;
        team = arguments.get(0).engine().team();
        int tiles = shape.blockTiles();
        for (int i = 0; i < team.members(); i++) {
            Team.Member thread = team.member(i);
            Engine engine = thread.engine();
            Layout in = matrices(engine, tiles, shape.inChannels());
            Layout out = matrices(engine, tiles, shape.outChannels());
            members.add(
                    new Member(
                            engine,
                            new WinogradRows(
                                    shape,
                                    thread.own(WinogradRows.Room.class, WinogradRows.Room::new)),
                            thread.own(WinogradWeights.class, WinogradWeights::new),
                            own(pass, engine, "winograd.inputs", in),
                            own(pass, engine, "winograd.outputs", out)));
        }
    }

    /** The same step on other tensors. */
    abstract WinogradStep on(Pass pass, List<OneDnnTensor> others);

    /** Computes, once all is ready. */
    abstract void compute();

    final WinogradShape shape() {
        return shape;
    }

    final Team team() {
        return team;
    }

    final List<Member> members() {
        return members;
    }

    final OneDnnTensor argument(int i) {
        return arguments.get(i);
    }

    /** Temporary memory in a pass. */
    final OneDnnTensor own(Pass pass, Engine engine, String tensor, Layout layout) {
        OneDnnTensor memory = OneDnnTensor.of(engine, tensor, layout);
        pass.borrow(memory);
        own.add(memory);
        return memory;
    }

    /** A product of matrices, freed with the step. */
    final Primitive product(Product product, OneDnnTensor z, Layout layout) {
        Primitive primitive = product.plainInto(z, layout);
        products.add(primitive);
        return primitive;
    }

    @Override
    public final List<Primitive> inner() {
        return products;
    }

    /** A stack of 16 row-major matrices. */
    static Layout matrices(Engine engine, long rows, long columns) {
        return engine.layouts().plain(dnnl_f32, WinogradShape.PLANES, rows, columns);
    }

    /** The transposes of 16 row-major matrices (rows, columns). */
    static Layout transposed(Engine engine, long rows, long columns) {
        return engine.layouts()
                .strided(
                        dnnl_f32,
                        new long[] {WinogradShape.PLANES, columns, rows},
                        new long[] {rows * columns, 1, columns});
    }

    @Override
    public final void run() {
        for (int i = 0; i < arguments.size(); i++) {
            arguments.get(i).checkOpen();
        }
        if (!ready) {
            // Objects made on first use must not be made by several threads at once.
            arguments.forEach(OneDnnTensor::floats);
            own.forEach(OneDnnTensor::floats);
            products.forEach(Primitive::ready);
            ready = true;
        }
        compute();
    }

    @Override
    public final String describe() {
        StringBuilder text = new StringBuilder(name).append(" winograd");
        arguments.forEach(tensor -> text.append(", ").append(tensor.layout()));
        return text.toString();
    }

    @Override
    public final double milliseconds() {
        if (shape.products() < WORTHWHILE) {
            return Double.POSITIVE_INFINITY;
        }
        List<OneDnnMemory.Block> blocks = new ArrayList<>();
        Pass pass = new Pass(arguments.get(0).engine());
        try {
            List<OneDnnTensor> copies =
                    arguments.stream().map(tensor -> tensor.in(tensor.layout())).toList();
            WinogradStep trial = on(pass, copies);
            pass.add(trial);
            copies.forEach(tensor -> blocks.add(ownMemory(tensor)));
            pass.scratch().forEach(tensor -> blocks.add(ownMemory(tensor)));
            compile(trial);
            return Timing.shortest(trial::run);
        } finally {
            pass.release();
            blocks.forEach(OneDnnMemory.Block::close);
        }
    }

    /** Runs it until the JVM has compiled its loops, once for all steps of a kind. */
    private static void compile(WinogradStep trial) {
        long start = System.nanoTime();
        do {
            trial.run();
        } while (!COMPILED.contains(trial.getClass())
                && System.nanoTime() - start < COMPILING_NANOS);
        COMPILED.add(trial.getClass());
    }

    private static OneDnnMemory.Block ownMemory(OneDnnTensor tensor) {
        OneDnnMemory.Block block = new OneDnnMemory.Block(tensor.bytes());
        tensor.place(block, 0);
        return block;
    }

    @Override
    public final void release() {
        products.forEach(Primitive::release);
    }
}
