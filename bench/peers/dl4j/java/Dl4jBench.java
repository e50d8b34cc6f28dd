import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Times training steps in DL4J: the same work as {@code retrograd bench}, but for the momentum,
 * which DL4J has in Nesterov's form only; that costs one addition a parameter more.
 */
public final class Dl4jBench {
    private Dl4jBench() {}

    private static Layer conv(int filters, int kernel, int padding) {
        return new ConvolutionLayer.Builder(kernel, kernel)
                .nOut(filters)
                .padding(padding, padding)
                .activation(Activation.RELU)
                .build();
    }

    private static Layer pool() {
        return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                .kernelSize(2, 2)
                .stride(2, 2)
                .build();
    }

    private static Layer dense(int units) {
        return new DenseLayer.Builder().nOut(units).activation(Activation.RELU).build();
    }

    private static Layer[] hidden(PeerBench.Work work) {
        return switch (work) {
            case mlp -> new Layer[] {dense(128)};
            case lenet5 ->
                    new Layer[] {
                        conv(6, 5, 2), pool(), conv(16, 5, 0), pool(), dense(120), dense(84)
                    };
            case smallcnn ->
                    new Layer[] {
                        conv(32, 3, 1),
                        conv(32, 3, 1),
                        pool(),
                        conv(64, 3, 1),
                        conv(64, 3, 1),
                        pool()
                    };
            default -> throw PeerBench.absent("the network " + work + " is not written for DL4J");
        };
    }

    private static MultiLayerConfiguration configuration(PeerBench.Work work) {
        NeuralNetConfiguration.ListBuilder list =
                new NeuralNetConfiguration.Builder()
                        .seed(1)
                        .dataType(DataType.FLOAT)
                        .weightInit(WeightInit.RELU)
                        .convolutionMode(ConvolutionMode.Truncate)
                        .updater(new Nesterovs(PeerBench.LEARNING_RATE, PeerBench.MOMENTUM))
                        .list();
        for (Layer layer : hidden(work)) {
            list.layer(layer);
        }
        return list.layer(
                        new OutputLayer.Builder(LossFunction.MCXENT)
                                .nOut(work.classes)
                                .activation(Activation.SOFTMAX)
                                .build())
                .setInputType(InputType.convolutional(work.image[1], work.image[2], work.image[0]))
                .build();
    }

    public static void main(String[] args) {
        PeerBench bench = new PeerBench(args);
        Nd4j.getEnvironment().setMaxThreads(bench.threads);
        Nd4j.getEnvironment().setMaxMasterThreads(bench.threads);
        MultiLayerNetwork net = new MultiLayerNetwork(configuration(bench.work));
        net.init();
        int[] image = bench.work.image;
        INDArray[] x = new INDArray[PeerBench.BATCHES];
        INDArray[] y = new INDArray[PeerBench.BATCHES];
        for (int i = 0; i < PeerBench.BATCHES; i++) {
            x[i] =
                    Nd4j.create(
                            bench.images(i),
                            new int[] {bench.batch, image[0], image[1], image[2]},
                            'c');
            float[][] oneHot = new float[bench.batch][bench.work.classes];
            int[] labels = bench.labels(i);
            for (int n = 0; n < labels.length; n++) {
                oneHot[n][labels[n]] = 1;
            }
            y[i] = Nd4j.create(oneHot);
        }
        String version = Nd4j.class.getPackage().getImplementationVersion();
        bench.run(
                "DL4J " + (version == null ? "1.0.0-M2.1" : version),
                (number, wantLoss) -> {
                    net.fit(x[number], y[number]);
                    return net.score();
                });
        System.exit(0);
    }
}
