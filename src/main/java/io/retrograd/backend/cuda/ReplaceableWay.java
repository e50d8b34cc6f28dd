package io.retrograd.backend.cuda;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A way that was chosen, and those that take its place if it is refused while it runs. */
final class ReplaceableWay implements ConvolutionWay {
    private final CudaDevice device;
    private final ConvolutionWay chosen;
    private final List<ConvolutionWay> others;
    private final String remark;
    private final Consumer<ConvolutionWay> refused;

    /**
     * A way.
     *
     * @param others need no more workspace
     * @param remark why no other was chosen, for people; may be empty
     * @param refused told of a way that was refused
     */
    ReplaceableWay(
            CudaDevice device,
            ConvolutionWay chosen,
            List<ConvolutionWay> others,
            String remark,
            Consumer<ConvolutionWay> refused) {
        this.device = device;
        this.chosen = chosen;
        this.others = others;
        this.remark = remark;
        this.refused = refused;
    }

    @Override
    public String name() {
        return chosen.name() + (remark.isEmpty() ? "" : " (" + remark + ")");
    }

    @Override
    public long workspaceBytes() {
        return chosen.workspaceBytes();
    }

    @Override
    public boolean deterministic() {
        return chosen.deterministic();
    }

    @Override
    public Runnable on(Operands tensors, @Nullable CudaTensor workspace) {
        return new Attempt(tensors, workspace);
    }

    /** The pass by the way that was chosen, and by the next ones where that is refused. */
    private final class Attempt implements Runnable {
        private final Operands tensors;
        private final @Nullable CudaTensor workspace;
        private ConvolutionWay way = chosen;
        private Runnable pass;
        private int next;

        Attempt(Operands tensors, @Nullable CudaTensor workspace) {
            this.tensors = tensors;
            this.workspace = workspace;
            pass = way.on(tensors, workspace);
        }

        @Override
        public void run() {
            while (true) {
                try {
                    pass.run();
                    return;
                } catch (CudnnException e) {
                    replace(e);
                }
            }
        }

        private void replace(CudnnException failure) {
            if (next == others.size() || failure.ofTheMachine() || device.recording()) {
                throw failure;
            }
            device.requireHealth(failure);
            refused.accept(way);
            ConvolutionWay before = way;
            way = others.get(next);
            next++;
            pass = way.on(tensors, workspace);
            device.log(
                    String.format(
                            "%s is refused (%s): %s takes its place",
                            before.name(), failure.getMessage(), way.name()));
        }
    }
}
