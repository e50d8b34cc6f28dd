import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;

/**
 * Times training steps in DJL with PyTorch as its engine: the same work as {@code retrograd bench}.
 */
public final class DjlBench {
    private static final Shape ONE = new Shape(1, 1);
    private static final Shape TWO = new Shape(2, 2);

    private DjlBench() {}

    private static Conv2d conv(int filters, int kernel, int padding) {
        return convolution(filters, kernel, 1, padding, true);
    }

    private static Conv2d convolution(
            int filters, int kernel, int stride, int padding, boolean bias) {
        return Conv2d.builder()
                .setKernelShape(new Shape(kernel, kernel))
                .setFilters(filters)
                .optStride(new Shape(stride, stride))
                .optPadding(new Shape(padding, padding))
                .optBias(bias)
                .build();
    }

    private static Block linear(int units) {
        return Linear.builder().setUnits(units).build();
    }

    private static SequentialBlock network(PeerBench.Work work) {
        return switch (work) {
            case mlp ->
                    new SequentialBlock()
                            .add(Blocks.batchFlattenBlock())
                            .add(linear(128))
                            .add(Activation.reluBlock())
                            .add(linear(work.classes));
            case lenet5 -> lenet5(work.classes);
            case smallcnn -> smallcnn(work.classes);
            case resnet18 -> resnet(resnet18Stem(), false, new int[] {2, 2, 2, 2}, work.classes);
            case resnet50 -> resnet(resnet50Stem(), true, new int[] {3, 4, 6, 3}, work.classes);
        };
    }

    private static SequentialBlock lenet5(int classes) {
        return new SequentialBlock()
                .add(conv(6, 5, 2))
                .add(Activation.reluBlock())
                .add(Pool.maxPool2dBlock(TWO, TWO))
                .add(conv(16, 5, 0))
                .add(Activation.reluBlock())
                .add(Pool.maxPool2dBlock(TWO, TWO))
                .add(Blocks.batchFlattenBlock())
                .add(linear(120))
                .add(Activation.reluBlock())
                .add(linear(84))
                .add(Activation.reluBlock())
                .add(linear(classes));
    }

    private static SequentialBlock smallcnn(int classes) {
        SequentialBlock net = new SequentialBlock();
        for (int filters : new int[] {32, 64}) {
            net.add(conv(filters, 3, 1))
                    .add(Activation.reluBlock())
                    .add(conv(filters, 3, 1))
                    .add(Activation.reluBlock())
                    .add(Pool.maxPool2dBlock(TWO, TWO));
        }
        return net.add(Blocks.batchFlattenBlock()).add(linear(classes));
    }

    private static SequentialBlock resnet18Stem() {
        return norm(new SequentialBlock(), 64, 3, 1).add(Activation.reluBlock());
    }

    private static SequentialBlock resnet50Stem() {
        return norm(new SequentialBlock(), 64, 7, 2)
                .add(Activation.reluBlock())
                .add(Pool.maxPool2dBlock(new Shape(3, 3), TWO, ONE));
    }

    /** A convolution without bias, and batch norm. */
    private static SequentialBlock norm(
            SequentialBlock block, int filters, int kernel, int stride) {
        return block.add(convolution(filters, kernel, stride, kernel / 2, false))
                .add(BatchNorm.builder().build());
    }

    private static SequentialBlock resnet(
            SequentialBlock net, boolean bottleneck, int[] blocks, int classes) {
        int expansion = bottleneck ? 4 : 1;
        int channels = 64;
        for (int stage = 0; stage < blocks.length; stage++) {
            int width = 64 << stage;
            for (int i = 0; i < blocks[stage]; i++) {
                int stride = stage > 0 && i == 0 ? 2 : 1;
                boolean same = stride == 1 && channels == expansion * width;
                net.add(residual(bottleneck, width, stride, same)).add(Activation.reluBlock());
                channels = expansion * width;
            }
        }
        return net.add(Pool.globalAvgPool2dBlock())
                .add(Blocks.batchFlattenBlock())
                .add(linear(classes));
    }

    private static Block residual(boolean bottleneck, int width, int stride, boolean same) {
        SequentialBlock body = new SequentialBlock();
        if (bottleneck) {
            norm(body, width, 1, 1).add(Activation.reluBlock());
            norm(body, width, 3, stride).add(Activation.reluBlock());
            norm(body, 4 * width, 1, 1);
        } else {
            norm(body, width, 3, stride).add(Activation.reluBlock());
            norm(body, width, 3, 1);
        }
        Block shortcut =
                same
                        ? Blocks.identityBlock()
                        : norm(new SequentialBlock(), bottleneck ? 4 * width : width, 1, stride);
        return new ParallelBlock(
                lists -> new NDList(lists.get(0).singletonOrThrow().add(lists.get(1).head())),
                List.of(body, shortcut));
    }

    public static void main(String[] args) {
        PeerBench bench = new PeerBench(args);
        System.setProperty("ai.djl.pytorch.num_threads", String.valueOf(bench.threads));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        System.setProperty("ai.djl.offline", "true");
        Engine engine = Engine.getEngine("PyTorch");
        engine.setRandomSeed(1);
        int[] image = bench.work.image;
        Shape shape = new Shape(bench.batch, image[0], image[1], image[2]);
        Optimizer sgd =
                Optimizer.sgd()
                        .setLearningRateTracker(Tracker.fixed(PeerBench.LEARNING_RATE))
                        .optMomentum(PeerBench.MOMENTUM)
                        .build();
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                        .optOptimizer(sgd)
                        .optDevices(new Device[] {Device.cpu()});
        try (Model model = Model.newInstance(bench.work.name(), Device.cpu(), "PyTorch")) {
            model.setBlock(network(bench.work));
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(shape);
                bench.run(
                        "DJL " + Engine.getDjlVersion() + ", PyTorch " + engine.getVersion(),
                        step(bench, trainer, shape));
            }
        }
    }

    private static PeerBench.Step step(PeerBench bench, Trainer trainer, Shape shape) {
        float[][] images = new float[PeerBench.BATCHES][];
        long[][] labels = new long[PeerBench.BATCHES][];
        for (int i = 0; i < PeerBench.BATCHES; i++) {
            images[i] = bench.images(i);
            labels[i] = java.util.Arrays.stream(bench.labels(i)).asLongStream().toArray();
        }
        return (number, wantLoss) -> {
            double value = Double.NaN;
            // What a step makes belongs to its own manager, as DJL's EasyTrain has it.
            try (NDManager manager = trainer.getManager().newSubManager();
                    GradientCollector collector = trainer.newGradientCollector()) {
                NDArray x = manager.create(images[number], shape);
                NDArray y = manager.create(labels[number]);
                NDList outputs = trainer.forward(new NDList(x));
                NDArray loss = trainer.getLoss().evaluate(new NDList(y), outputs);
                collector.backward(loss);
                if (wantLoss) {
                    value = loss.getFloat();
                }
            }
            trainer.step();
            return value;
        };
    }
}
