package io.retrograd.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Against PyTorch 2.13's MultiheadAttention(4, 2, kdim=6, vdim=6) in float64, of sines. */
class CrossAttentionTest {
    private static final Shape X = Shape.of(2, 3, 4);
    private static final Shape MEMORY = Shape.of(2, 5, 6);

    /** Values and gradients are of some 20 terms. */
    private static final double BOUND = 1e-13;

    private static final double[] Y = {
        -2.42720778020773,
        1.22959229904121,
        1.80387182871562,
        -4.88683450523718,
        -2.280866331176,
        0.964040453619593,
        2.00468291922069,
        -4.88380043643018,
        -2.57313852250932,
        1.69819675738775,
        1.33720194120428,
        -4.74536737354188,
        1.06832476971476,
        1.07054639538167,
        -1.48374204050378,
        -0.429932934621652,
        2.15442033376632,
        0.184357285343436,
        -1.41133388724475,
        0.36159792046402,
        2.97242777598776,
        -2.13240283029975,
        0.799329611856642,
        -0.211614152020101
    };
    private static final double[] DX = {
        0.000898685684556619,
        0.00944855138925906,
        0.00931146252090395,
        0.000613457952839273,
        -0.00112291114454682,
        0.0742209156322406,
        0.0813263748640354,
        0.0136607401016294,
        -0.0843490663171549,
        -0.0784330713602691,
        -0.000406072307392607,
        0.0779942677522022,
        -0.0710863019632438,
        -0.0949930190544927,
        -0.0315635925097932,
        0.0608852554254454,
        -0.129387182575782,
        0.0462624119579403,
        0.179378558287576,
        0.14757488537422,
        0.287365382631974,
        0.0751834293357891,
        -0.206121822165572,
        -0.297919620947391
    };
    private static final double[] DM = {
        -0.317700979049647,
        -0.107905905998823,
        0.201097359393737,
        0.325212639967684,
        0.150328919150272,
        -0.162766516656569,
        0.0436354630644872,
        0.103139779282739,
        0.0678178580819022,
        -0.0298554890813586,
        -0.100079837268861,
        -0.0782912446131884,
        0.112330657869171,
        0.0837463918922435,
        -0.0218339205741388,
        -0.107340227156942,
        -0.094158423916472,
        0.00559220003898228,
        0.0328504374944271,
        -0.00372862733605086,
        -0.0368796093892096,
        -0.0361236486489616,
        -0.00215577193359935,
        0.0337941115556625,
        -0.156001994613915,
        -0.186881428149594,
        -0.045942938492399,
        0.137235276937992,
        0.194240011644498,
        0.0726613754287618,
        0.0388426232634609,
        0.325023254135096,
        0.312379004076457,
        0.0125349382795092,
        -0.29883369196379,
        -0.335456003957759,
        0.0957373900102944,
        0.156668360661023,
        0.0735591630331695,
        -0.077179989851919,
        -0.156960216000912,
        -0.0924319434177895,
        0.0701133700063261,
        -0.00620825740869956,
        -0.0768220415930128,
        -0.0768059950197063,
        -0.00617487083427559,
        0.0701334011193123,
        -0.0955177567035692,
        -0.20044750815858,
        -0.121086745023638,
        0.0696006130659019,
        0.196297488482324,
        0.142519358260347,
        -0.437216694928073,
        -0.453578530128716,
        -0.0529223565135806,
        0.396390387616189,
        0.481263637419566,
        0.12366531844037
    };
    private static final double[] DB = {
        0.0375503958291789,
        -0.0390072874219067,
        -0.0949182501209354,
        -0.0656082680514205,
        -1.94289029309402e-16,
        3.46944695195361e-16,
        -1.38777878078145e-16,
        -1.38777878078145e-16,
        0.160346010560264,
        0.348473106054394,
        0.21621563490818,
        -0.114829493843127
    };

    private static final Map<String, Integer> PHASES =
            Map.of(
                    "q_proj.weight",
                    1,
                    "q_proj.bias",
                    2,
                    "k_proj.weight",
                    3,
                    "k_proj.bias",
                    4,
                    "v_proj.weight",
                    5,
                    "v_proj.bias",
                    6,
                    "out_proj.weight",
                    7,
                    "out_proj.bias",
                    8);

    @Test
    void isTorchs() {
        try (Backend backend = Backends.open("reference");
                Parameters parameters = new Parameters(backend, /* seed= */ 1)) {
            Binder binder = new Binder(parameters, BindOptions.inspect(true));
            Tensor x = binder.input("x", X);
            Tensor memory = binder.input("memory", MEMORY);
            Tensor y = binder.keep(new CrossAttention(2).join(binder, List.of(x, memory)));
            try (Binding binding = binder.commit()) {
                Map<String, Tensor> named = new LinkedHashMap<>(parameters.named());
                PHASES.forEach(
                        (name, phase) ->
                                named.get(name).copyFrom(waves(named.get(name).shape(), phase)));
                x.copyFrom(waves(X, 0));
                memory.copyFrom(waves(MEMORY, 2));
                binding.forward();
                assertArrayEquals(Y, y.toArray(), BOUND);
                y.requireGrad().copyFrom(waves(X, 9));
                binding.backward();
                assertArrayEquals(DX, x.requireGrad().toArray(), BOUND);
                assertArrayEquals(DM, memory.requireGrad().toArray(), BOUND);
                int from = 0;
                for (String name : List.of("q_proj.bias", "k_proj.bias", "v_proj.bias")) {
                    double[] part = Arrays.copyOfRange(DB, from, from += 4);
                    assertArrayEquals(part, named.get(name).requireGrad().toArray(), BOUND, name);
                }
            }
        }
    }

    private static double[] waves(Shape shape, int phase) {
        double[] values = new double[Math.toIntExact(shape.size())];
        Arrays.setAll(values, i -> Math.sin(i + phase));
        return values;
    }

    @Test
    void refusesWhatDoesNotFit() {
        CrossAttention two = new CrossAttention(2);
        for (List<Shape> wrong :
                List.of(
                        List.of(X),
                        List.of(X, Shape.of(3, 5, 6)),
                        List.of(Shape.of(2, 3, 5), MEMORY),
                        List.of(X, Shape.of(2, 6)))) {
            assertThrows(IllegalArgumentException.class, () -> two.joinedShape(wrong));
        }
        assertThrows(IllegalArgumentException.class, () -> new CrossAttention(0));
    }
}
