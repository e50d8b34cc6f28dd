package io.retrograd.backend.cuda.nvidia;

import io.retrograd.backend.Backend;
import io.retrograd.backend.cuda.CudaAsked;
import io.retrograd.gradcheck.LayerCatalogue;
import io.retrograd.model.Models;
import java.util.Optional;

/**
 * Has the backend make its descriptors on the stand-in: those of every layer, every loss and every
 * ready-made network, in every precision. What is preloaded lists them.
 */
final class RecordMain {
    /** Large enough that convolutions are not tried on the stand-in, which would take minutes. */
    private static final int BATCH = 64;

    private RecordMain() {}

    public static void main(String[] args) {
        for (CudaAsked.Precision precision : CudaAsked.precisions()) {
            try (Backend standin = CudaAsked.open(precision.name())) {
                for (LayerCatalogue.Entry entry : LayerCatalogue.entries()) {
                    CudaAsked.prepare(standin, entry.layer(), entry.loss(), entry.inputShape());
                }
                for (String name : Models.names()) {
                    Models.Entry entry = Models.get(name);
                    CudaAsked.prepare(
                            standin,
                            Optional.of(entry.create()),
                            Optional.empty(),
                            entry.sampleShape().batch(BATCH));
                }
            }
        }
    }
}
