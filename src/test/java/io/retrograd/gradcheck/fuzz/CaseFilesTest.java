package io.retrograd.gradcheck.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.LayerValues;
import io.retrograd.parity.ParityResult;
import io.retrograd.parity.ParityRunner;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written of a case: a file that parity runs, and a test that compiles. */
class CaseFilesTest {
    private static final int CASES = 1000;

    @TempDir private Path folder;

    /** The first case of each kind. */
    private static List<FuzzCase> cases() {
        Set<String> seen = new TreeSet<>();
        List<FuzzCase> cases = new ArrayList<>();
        for (long seed = 0; seed < CASES; seed++) {
            if (seen.add(FuzzCase.kind(seed))) {
                cases.add(FuzzCase.of(seed));
            }
        }
        assertEquals(new TreeSet<>(FuzzKinds.names()), seen);
        return cases;
    }

    @Test
    void everyKindIsACaseForParityAndATest() throws IOException {
        List<String> wrong = new ArrayList<>();
        List<Path> sources = new ArrayList<>();
        try (Backend reference = Backends.open("reference", "float64", 1)) {
            CaseFiles files = new CaseFiles(folder, "reference", "float64");
            for (FuzzCase drawn : cases()) {
                List<Path> written = files.write(drawn, reference);
                ParityResult result = new ParityRunner(reference).run(written.get(0));
                if (result.status() != ParityResult.Status.PASSED) {
                    wrong.add(drawn + ": " + result);
                }
                sources.add(written.get(1));
            }
        }
        assertEquals(List.of(), wrong);
        compile(sources);
    }

    private void compile(List<Path> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled =
                    compiler.getTask(
                                    said,
                                    manager,
                                    null,
                                    List.of(
                                            "-proc:none",
                                            "-d",
                                            folder.toString(),
                                            "-cp",
                                            System.getProperty("java.class.path")),
                                    null,
                                    manager.getJavaFileObjectsFromPaths(sources))
                            .call();
            assertTrue(compiled, said::toString);
        }
    }

    @Test
    void layersAreWrittenAsTheyAre() {
        for (FuzzCase drawn : cases()) {
            assertEquals(drawn.layer(), LayerValues.layer(LayerValues.of(drawn.layer())));
        }
    }
}
