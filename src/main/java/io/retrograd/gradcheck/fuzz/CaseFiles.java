package io.retrograd.gradcheck.fuzz;

import io.retrograd.backend.Backend;
import io.retrograd.file.WholeFile;
import io.retrograd.gradcheck.ValueFamily;
import io.retrograd.parity.CaseWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Writes what reproduces a failure: a case for {@code parity}, with the reference's results, and a
 * JUnit test of the gradients.
 *
 * @param folder for both; made if there is none
 * @param device as {@code Backends} opens it
 * @param precision of the device
 */
public record CaseFiles(Path folder, String device, String precision) {
    /**
     * Writes a case and its test.
     *
     * @return the case's file, then the test's
     * @throws IOException if they cannot be written
     */
    public List<Path> write(FuzzCase drawn, Backend backend) throws IOException {
        WholeFile.createFolders(folder);
        Path parity =
                folder.resolve(
                        drawn.kind().replace('-', '_') + "_" + drawn.seed() + ".safetensors");
        CaseWriter.write(
                parity,
                drawn.layer(),
                drawn.shape(),
                drawn.training(),
                drawn.check().valuesOn(backend),
                String.format(
                        "retrograd gradcheck --fuzz, seed %d on %s %s: %s",
                        drawn.seed(), device, precision, drawn));
        Path test = folder.resolve(className(drawn) + ".java");
        WholeFile.write(test, test(drawn).getBytes(StandardCharsets.UTF_8));
        return List.of(parity, test);
    }

    private static String className(FuzzCase drawn) {
        String kind =
                List.of(drawn.kind().split("-")).stream()
                        .map(
                                word ->
                                        word.substring(0, 1).toUpperCase(Locale.ROOT)
                                                + word.substring(1))
                        .collect(Collectors.joining());
        return kind + drawn.seed() + "Test";
    }

    private String test(FuzzCase drawn) {
        JavaCode layer = JavaCode.of(drawn.layer());
        Set<String> imports = new TreeSet<>(layer.imports());
        imports.addAll(
                List.of(
                        "io.retrograd.backend.Backend",
                        "io.retrograd.backend.Backends",
                        "io.retrograd.gradcheck.GradientCheck",
                        "io.retrograd.gradcheck.GradientReport",
                        "io.retrograd.layer.Layer",
                        "io.retrograd.tensor.Shape",
                        "org.junit.jupiter.api.Test"));
        boolean plain = drawn.values() == ValueFamily.SPREAD;
        if (!plain) {
            imports.add(ValueFamily.class.getName());
        }
        String more =
                (plain ? "" : ".values(ValueFamily." + drawn.values().name() + ")")
                        + (drawn.training() ? "" : ".training(false)");
        String shape =
                drawn.shape().dims().stream()
                        .map(String::valueOf)
                        .collect(Collectors.joining(", "));
        return String.join(
                "\n",
                "import static org.junit.jupiter.api.Assertions.assertFalse;",
                "",
                imports.stream()
                        .map(name -> "import " + name + ";")
                        .collect(Collectors.joining("\n")),
                "",
                "/** Found by {@code gradcheck --fuzz} on " + device + " " + precision + ". */",
                "class " + className(drawn) + " {",
                "    @Test",
                "    void gradientsAreRight() {",
                "        Layer layer = " + layer.code() + ";",
                "        GradientCheck check = GradientCheck.of(layer, Shape.of(" + shape + "));",
                String.format(
                        "        try (Backend device = Backends.open(\"%s\", \"%s\", 0)) {",
                        device, precision),
                String.format(
                        "            GradientReport report = check.seed(%dL)%s.on(device).run();",
                        drawn.seed(), more),
                "            assertFalse(report.refuted(), report::table);",
                "        }",
                "    }",
                "}",
                "");
    }
}
