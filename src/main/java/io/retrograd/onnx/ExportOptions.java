package io.retrograd.onnx;

import io.retrograd.tensor.Checks;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a network is written as ONNX.
 *
 * @param opset version of the operators, from {@value #FIRST_OPSET} to {@value #LAST_OPSET}
 * @param batch samples that the network takes at once, at least 1
 * @param dynamicBatch whether it takes any number of samples
 * @param training whether layers train: batch norm by the batch's statistics, dropout drops
 * @param foldBatchNorm whether batch norm behind a convolution or {@code Linear} becomes part of
 *     its weights; in inference form only
 * @param float16 whether weights are stored as float16; the network computes in float32
 * @param metadata what the file says of itself, by key
 * @param decompositions operators for users' own operations, by the name of the function
 */
public record ExportOptions(
        int opset,
        int batch,
        boolean dynamicBatch,
        boolean training,
        boolean foldBatchNorm,
        boolean float16,
        Map<String, String> metadata,
        Map<String, Decomposition> decompositions) {
    /** The first opset that can be written. */
    public static final int FIRST_OPSET = 13;

    /** The last opset that can be written. */
    public static final int LAST_OPSET = 23;

    /** The opset that is written where none is asked for. */
    public static final int USUAL_OPSET = 17;

    private static final String WHERE = "ExportOptions";

    /** The first in which batch norm trains. */
    private static final int FIRST_TRAINING = 14;

    public ExportOptions {
        if (opset < FIRST_OPSET || opset > LAST_OPSET) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected an opset from %d to %d, got %d",
                            WHERE, FIRST_OPSET, LAST_OPSET, opset));
        }
        Checks.atLeast(WHERE, "batch", 1, batch);
        if (training && opset < FIRST_TRAINING) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected opset %d or later for the training form, got %d",
                            WHERE, FIRST_TRAINING, opset));
        }
        if (training && foldBatchNorm) {
            throw new IllegalArgumentException(
                    WHERE
                            + ": expected batch norm that is not folded in the training form, got"
                            + " both; ask for one of them");
        }
        metadata = Map.copyOf(metadata);
        decompositions = Map.copyOf(decompositions);
    }

    /** Inference form for a batch of 1, opset {@value #USUAL_OPSET}, float32, nothing folded. */
    public ExportOptions() {
        this(
                USUAL_OPSET,
                /* batch= */ 1,
                /* dynamicBatch= */ false,
                /* training= */ false,
                /* foldBatchNorm= */ false,
                /* float16= */ false,
                Map.of(),
                Map.of());
    }

    /** The same with operators of this version. */
    public ExportOptions opset(int version) {
        return with(version, batch, dynamicBatch, training, foldBatchNorm, float16);
    }

    /** The same for this many samples at once. */
    public ExportOptions batch(int samples) {
        return with(opset, samples, dynamicBatch, training, foldBatchNorm, float16);
    }

    /** The same for any number of samples: the first dimension is called {@code batch}. */
    public ExportOptions dynamicBatch(boolean any) {
        return with(opset, batch, any, training, foldBatchNorm, float16);
    }

    /**
     * The same in training form, as PyTorch's {@code TrainingMode.TRAINING}; dropout draws from the
     * random numbers of the program that runs it.
     */
    public ExportOptions training(boolean trains) {
        return with(opset, batch, dynamicBatch, trains, foldBatchNorm, float16);
    }

    /** The same with batch norm in the weights before it, or by itself. */
    public ExportOptions foldBatchNorm(boolean folds) {
        return with(opset, batch, dynamicBatch, training, folds, float16);
    }

    /** The same with weights stored as float16, in half the bytes, or as float32. */
    public ExportOptions float16(boolean half) {
        return with(opset, batch, dynamicBatch, training, foldBatchNorm, half);
    }

    /** The same with one more entry of {@code metadata_props}. */
    public ExportOptions metadata(String key, String value) {
        return new ExportOptions(
                opset,
                batch,
                dynamicBatch,
                training,
                foldBatchNorm,
                float16,
                with(metadata, key, value),
                decompositions);
    }

    /**
     * The same with operators for a user's own operation.
     *
     * @param function its name, {@code CustomFunction.name()}
     */
    public ExportOptions decomposition(String function, Decomposition operators) {
        return new ExportOptions(
                opset,
                batch,
                dynamicBatch,
                training,
                foldBatchNorm,
                float16,
                metadata,
                with(decompositions, function, operators));
    }

    private ExportOptions with(
            int version, int samples, boolean any, boolean trains, boolean folds, boolean half) {
        return new ExportOptions(
                version, samples, any, trains, folds, half, metadata, decompositions);
    }

    private static <T> Map<String, T> with(Map<String, T> map, String key, T value) {
        Map<String, T> more = new LinkedHashMap<>(map);
        more.put(key, value);
        return more;
    }
}
