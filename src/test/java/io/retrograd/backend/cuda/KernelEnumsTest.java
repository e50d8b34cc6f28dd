package io.retrograd.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The enums of kernels are those of Java, in Java's order, as constants go to kernels by their
 * ordinal; and each constant has a case of its own wherever a kernel tells them apart.
 */
class KernelEnumsTest {
    private static final Pattern ENUM =
            Pattern.compile("(?:// ([\\w.]+)\\n)?enum \\w+ \\{([^}]*)\\};");

    private static final Pattern SWITCH =
            Pattern.compile("switch \\(.*?\\n    \\}\\n", Pattern.DOTALL);

    static Stream<String> files() {
        return Stream.concat(KernelFiles.names(".cu").stream(), KernelFiles.names(".cuh").stream());
    }

    @ParameterizedTest
    @MethodSource("files")
    void constantsAreThoseOfJavaEachWithItsCase(String file) throws ClassNotFoundException {
        String source = KernelFiles.text(file);
        List<String> known = new ArrayList<>();
        Matcher found = ENUM.matcher(source);
        while (found.find()) {
            String name = found.group(1);
            assertTrue(name != null, file + ": expected the enum of Java in a comment before enum");
            List<String> expected = constants(name);
            assertEquals(
                    expected,
                    Arrays.asList(found.group(2).strip().split("\\s*,\\s*")),
                    "kernels/" + file + " against " + name);
            known.addAll(expected);
            for (String constant : expected) {
                assertTrue(
                        Pattern.compile("(?:case|[=!]=) " + constant + "\\b")
                                .matcher(source)
                                .find(),
                        "kernels/" + file + ": nothing computes " + name + "." + constant);
            }
        }
        for (MatchResult block : SWITCH.matcher(source).results().toList()) {
            String text = block.group();
            assertFalse(text.contains("default:"), "kernels/" + file + ": a switch with default");
            for (String constant : known) {
                assertTrue(
                        text.contains("case " + constant + ":"),
                        "kernels/" + file + ": a switch without case " + constant);
            }
        }
    }

    private static List<String> constants(String name) throws ClassNotFoundException {
        String binary = "io.retrograd." + name.replaceAll("(?<=\\b[A-Z]\\w{0,60})\\.", "\\$");
        return Stream.of(Class.forName(binary).getEnumConstants())
                .map(it -> ((Enum<?>) it).name())
                .toList();
    }
}
