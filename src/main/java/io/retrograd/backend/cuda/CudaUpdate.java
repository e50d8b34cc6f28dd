package io.retrograd.backend.cuda;

import io.retrograd.backend.Memory;
import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A change of all parameters or gradients, in one launch or a few over all of them. */
abstract class CudaUpdate implements Update {
    private final CudaDevice device;
    private final Selection parameters;
    private final List<List<Tensor>> slots;
    private @Nullable CudaPass pass;

    /**
     * An update.
     *
     * @param slots what it keeps of each parameter: lists in the parameters' order
     */
    CudaUpdate(CudaDevice device, Selection parameters, List<List<Tensor>> slots) {
        this.device = device;
        this.parameters = parameters;
        this.slots = slots;
    }

    /** Lists its launches. */
    abstract void list(CudaPass pass, Chunks chunks);

    final CudaDevice device() {
        return device;
    }

    /** The learning rate and the number of the step. */
    final CudaTensor control() {
        return CudaOp.own(parameters.control());
    }

    /** The first run, when the parameters have memory, makes what it needs. */
    @Override
    public final void run() {
        device.enter();
        CudaPass known = pass;
        if (known == null) {
            known = new CudaPass(device);
            if (!parameters.tensors().isEmpty()) {
                list(known, Chunks.of(device, parameters, slots));
            }
            known.scratch().forEach(this::place);
            pass = known;
        }
        known.run();
    }

    private void place(CudaTensor tensor) {
        Memory memory = parameters.backend().memory();
        memory.place(tensor, parameters.allocate(memory.footprint(tensor)), 0);
    }
}
