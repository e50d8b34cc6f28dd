package io.retrograd.layer;

import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The layers and joins that can be made from values, by name. */
final class KnownLayers {
    private KnownLayers() {}

    /** All layers and joins that are records, by name. */
    static final Map<String, Class<? extends Record>> RECORDS =
            Stream.<Class<? extends Record>>of(
                            AdaptiveAvgPool1d.class,
                            AdaptiveAvgPool2d.class,
                            AdaptiveAvgPool3d.class,
                            AdaptiveMaxPool1d.class,
                            AdaptiveMaxPool2d.class,
                            AdaptiveMaxPool3d.class,
                            Add.class,
                            BatchNorm.class,
                            Celu.class,
                            Concat.class,
                            CrossAttention.class,
                            DropPath.class,
                            Dropout.class,
                            Dropout2d.class,
                            Elu.class,
                            Embedding.class,
                            Factor.class,
                            Flatten.class,
                            Gate.class,
                            Gelu.class,
                            GlobalAvgPool2d.class,
                            Glu.class,
                            GroupNorm.class,
                            Hardsigmoid.class,
                            Hardswish.class,
                            Hardtanh.class,
                            InstanceNorm.class,
                            Interpolate.class,
                            LastOverTime.class,
                            LayerNorm.class,
                            LayerScale.class,
                            LeakyRelu.class,
                            Linear.class,
                            LocalResponseNorm.class,
                            LogSoftmax.class,
                            Logsigmoid.class,
                            MatMul.class,
                            MaxOverTime.class,
                            Mean.class,
                            MeanOverTime.class,
                            Mish.class,
                            Mul.class,
                            MultiheadAttention.class,
                            Narrow.class,
                            Offset.class,
                            Pad.class,
                            Padded.class,
                            Permute.class,
                            PixelShuffle.class,
                            Prelu.class,
                            Relu.class,
                            Relu6.class,
                            Reshape.class,
                            Residual.class,
                            RmsNorm.class,
                            Scale.class,
                            Selu.class,
                            Sequential.class,
                            Sigmoid.class,
                            Silu.class,
                            Softmax.class,
                            Softplus.class,
                            Softsign.class,
                            Sub.class,
                            Sum.class,
                            Tanh.class,
                            Tanhshrink.class,
                            Transpose.class,
                            View.class)
                    .collect(
                            Collectors.toUnmodifiableMap(
                                    Class::getSimpleName, Function.identity()));

    static final Map<String, BiFunction<Integer, int[], Convolution<?>>> CONVOLUTIONS =
            Map.of(
                    "Conv1d", Conv1d::new,
                    "Conv2d", Conv2d::new,
                    "Conv3d", Conv3d::new,
                    "ConvTranspose1d", ConvTranspose1d::new,
                    "ConvTranspose2d", ConvTranspose2d::new,
                    "ConvTranspose3d", ConvTranspose3d::new);

    static final Map<String, Function<int[], Pooling<?>>> POOLINGS =
            Map.of(
                    "AvgPool1d", AvgPool1d::new,
                    "AvgPool2d", AvgPool2d::new,
                    "AvgPool3d", AvgPool3d::new,
                    "MaxPool1d", MaxPool1d::new,
                    "MaxPool2d", MaxPool2d::new,
                    "MaxPool3d", MaxPool3d::new);

    static final Map<String, IntFunction<Recurrent<?>>> RECURRENT =
            Map.of("Rnn", Rnn::new, "Lstm", Lstm::new, "Gru", Gru::new);
}
