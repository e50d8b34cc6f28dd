package io.retrograd.parity;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.Layer;
import io.retrograd.loss.JointLoss;
import io.retrograd.parity.ParityResult.Status;
import io.retrograd.parity.ParityResult.Worst;
import io.retrograd.tensor.Rounding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Runs parity cases on one backend. */
public final class ParityRunner {
    private static final int LONGEST_DETAIL = 400;

    /**
     * The factor by which numbers may move further where every operation rounds than where only
     * what a case gives is rounded: a case that amplifies rounding, or in which it turns a ReLU or
     * a maximum, does so for both. Worst on the CPU in bfloat16, in networks: 1.4.
     */
    private static final double MOVES = 4;

    /** Ways to round what a case gives: one may move a number by much less than another. */
    private static final int DRAWS = 8;

    private final Backend backend;

    /** A runner on this backend, which it does not close. */
    public ParityRunner(Backend backend) {
        this.backend = backend;
    }

    /** Runs one case. Whatever the file holds, the end is a result and not an exception. */
    public ParityResult run(Path file) {
        return run(String.valueOf(file.getFileName()), () -> ParityCase.read(file));
    }

    /** Runs one case that is read or made by {@code source}. */
    ParityResult run(String name, Callable<ParityCase> source) {
        try {
            return judge(name, run(source.call()));
        } catch (UnsupportedOperationException e) {
            return result(name, Status.UNSUPPORTED, String.valueOf(e.getMessage()), null);
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            return result(name, Status.FAILED, String.valueOf(e.getMessage()), null);
        } catch (Exception | StackOverflowError | OutOfMemoryError e) {
            return result(name, Status.FAILED, "could not be run: " + e, null);
        }
    }

    private Comparison run(ParityCase c) {
        Map<String, Double> allowances = Map.of();
        if (backend.roundsResults() && !OptimizerCase.is(c.op())) {
            allowances = moves(c);
            allowances.replaceAll((tensor, error) -> MOVES * error);
        }
        Comparison comparison = new Comparison(tolerance(c), allowances);
        run(c, backend, comparison);
        return comparison;
    }

    /** By how much float64 numbers move at most where what a case gives is rounded, in turn. */
    private Map<String, Double> moves(ParityCase c) {
        Comparison comparison = new Comparison(tolerance(c), Map.of());
        try (Backend reference = Backends.open("reference", "float64", 1)) {
            for (int draw = 0; draw < DRAWS; draw++) {
                run(c.rounded(new Rounding(backend.epsilon(), draw)), reference, comparison);
            }
        }
        return comparison.errors();
    }

    private Tolerance tolerance(ParityCase c) {
        if (OptimizerCase.is(c.op())) {
            return Tolerance.ofUpdate(backend);
        }
        return NetworkCase.is(c.op())
                ? Tolerance.ofNetwork(backend)
                : Tolerance.ofOperation(backend, c.op());
    }

    private static void run(ParityCase c, Backend device, Comparison comparison) {
        if (NetworkCase.is(c.op())) {
            NetworkCase.run(c, device, comparison);
            return;
        }
        if (RecurrentCase.is(c.op())) {
            RecurrentCase.run(c, device, comparison);
            return;
        }
        Layer layer = SingleLayers.of(c);
        JointLoss loss = LossCase.of(c);
        if (layer != null) {
            boolean either = c.op().equals("batch_norm") || c.op().equals(CaseForm.LAYER);
            boolean training = !either || c.attributes().flag("training");
            LayerCase.run(c, layer, training, device, comparison);
        } else if (loss != null) {
            LossCase.run(c, loss, device, comparison);
        } else if (OptimizerCase.is(c.op())) {
            OptimizerCase.run(c, device, comparison);
        } else {
            throw new UnsupportedOperationException("expected a known op, got " + c.op());
        }
    }

    private static ParityResult judge(String name, Comparison comparison) {
        Worst worst = comparison.worst();
        if (worst == null) {
            throw new IllegalArgumentException("expected a tensor to compare with, got none");
        }
        if (comparison.passed()) {
            String detail =
                    String.format(Locale.ROOT, "worst %.1e in %s", worst.error(), worst.tensor());
            return result(name, Status.PASSED, detail, worst);
        }
        String detail =
                String.format(
                        Locale.ROOT,
                        "%s at %d: expected %s, got %s, relative error %.1e over %.0e",
                        worst.tensor(),
                        worst.index(),
                        worst.expected(),
                        worst.got(),
                        worst.error(),
                        comparison.limit());
        return result(name, Status.FAILED, detail, worst);
    }

    /** Keeps name and detail on one line, the latter of moderate length. */
    private static ParityResult result(
            String name, Status status, String detail, @Nullable Worst worst) {
        String line = oneLine(detail);
        if (line.length() > LONGEST_DETAIL) {
            line = line.substring(0, LONGEST_DETAIL) + "...";
        }
        return new ParityResult(oneLine(name), status, line, worst);
    }

    private static String oneLine(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]+", " ").strip();
    }
}
