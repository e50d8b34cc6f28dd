package io.retrograd.gradcheck.fuzz;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.gradcheck.GradientCheck;
import io.retrograd.gradcheck.ValueFamily;
import io.retrograd.layer.Layer;
import io.retrograd.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A layer, an input's shape and values, all drawn by one seed.
 *
 * @param kind one of {@link FuzzKinds#names}
 * @param values what the input is drawn from, by the seed
 * @param training whether it is bound to train or to infer
 */
public record FuzzCase(
        long seed, String kind, Layer layer, Shape shape, ValueFamily values, boolean training) {
    private static final int TRIES = 1000;

    /** Each tensor is checked at this many elements; directions see the others. */
    private static final int COORDINATES = 8;

    /** The case of a seed. */
    public static FuzzCase of(long seed) {
        Draw draw = new Draw(seed);
        String kind = FuzzKinds.name(draw);
        boolean training = !draw.once(4);
        ValueFamily values =
                draw.once(2) ? ValueFamily.SPREAD : draw.of(List.of(ValueFamily.values()));
        int elements = draw.of(60, 60, 300, 300, 1000, 4000);
        for (int i = 0; i < TRIES; i++) {
            FuzzCase found = with(seed, kind, draw, elements, values, training);
            if (found != null) {
                return found;
            }
        }
        throw new IllegalStateException("no " + kind + " in " + TRIES + " tries");
    }

    /** Null where the layer's settings, or the input for it, are refused. */
    private static @Nullable FuzzCase with(
            long seed, String kind, Draw draw, int elements, ValueFamily values, boolean training) {
        try {
            DrawnLayer drawn = FuzzKinds.draw(kind, draw, elements);
            FuzzCase found =
                    new FuzzCase(seed, kind, drawn.layer(), drawn.shape(), values, training);
            return found.fits() ? found : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The kind of a seed's case. */
    static String kind(long seed) {
        return FuzzKinds.name(new Draw(seed));
    }

    /** Whether the reference takes it. */
    boolean fits() {
        try (Backend reference = Backends.open("reference", "float64", 1);
                Parameters parameters = new Parameters(reference, /* seed= */ 0)) {
            layer.outputShape(shape);
            Binder binder = new Binder(parameters, BindOptions.inspect(training));
            binder.keep(layer.bind(binder, layer.input(binder, shape)));
            binder.commit().close();
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The same with another layer and input. */
    FuzzCase with(Layer other, Shape otherShape) {
        return new FuzzCase(seed, kind, other, otherShape, values, training);
    }

    /** The same at other values. */
    FuzzCase with(ValueFamily family) {
        return new FuzzCase(seed, kind, layer, shape, family, training);
    }

    /** The same bound to train. */
    FuzzCase inTraining() {
        return new FuzzCase(seed, kind, layer, shape, values, /* training= */ true);
    }

    /** The check of it. */
    public GradientCheck check() {
        return GradientCheck.of(layer, shape)
                .seed(seed)
                .values(values)
                .training(training)
                .coordinates(COORDINATES);
    }

    /** The layer, the input's shape, and what differs from a plain check in training. */
    @Override
    public String toString() {
        return layer
                + " on "
                + shape
                + (values == ValueFamily.SPREAD ? "" : ", " + values + " values")
                + (training ? "" : ", inference");
    }
}
