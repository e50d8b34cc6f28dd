package io.retrograd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import jdk.jshell.ExpressionSnippet;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.VarSnippet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The jshell session of the site and the notebook do what they show. Both run in jshell, which is
 * what JJava runs a notebook's cells in; its magics, lines that begin with {@code %}, are left out.
 */
class NotebookTest {
    private static final Path PAGE = Pages.SITE.resolve("notebooks.md");
    private static final Path NOTEBOOK = Path.of("src/examples/notebooks/digits.ipynb");
    private static final Pattern SESSION =
            Pattern.compile("(?s)```text\\n\\$ jshell.*?\\n(.*?)```");
    private static final String PROMPT = "jshell> ";
    private static final String VALUE = " ==> ";
    private static final int COLORS = 2;

    /** A name that is declared again replaces the first. */
    private static final Set<Snippet.Status> FINE =
            EnumSet.of(Snippet.Status.VALID, Snippet.Status.OVERWRITTEN);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final JShell shell = shell();

    private JShell shell() {
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        JShell made = JShell.builder().executionEngine("local").out(stream).err(stream).build();
        for (String path : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            made.addToClasspath(path);
        }
        return made;
    }

    @AfterEach
    void close() {
        shell.close();
    }

    @Test
    void theSessionOfThePageGivesWhatItShows() throws IOException {
        Matcher session = SESSION.matcher(Files.readString(PAGE));
        assertTrue(session.find(), "a session in " + PAGE);
        int values = 0;
        SnippetEvent last = null;
        for (String line : session.group(1).lines().toList()) {
            if (line.startsWith(PROMPT)) {
                last = evaluate(line.substring(PROMPT.length()));
            } else if (line.contains(VALUE)) {
                assertNotNull(last, line);
                assertEquals(line.substring(line.indexOf(VALUE) + VALUE.length()), last.value());
                values++;
            }
        }
        assertTrue(values >= 3, "values shown: " + values);
    }

    @Test
    void theNotebookTrainsAndPlots() throws IOException {
        List<String> shown = new ArrayList<>();
        int pictures = 0;
        for (JsonNode cell : new ObjectMapper().readTree(NOTEBOOK.toFile()).path("cells")) {
            if (cell.path("cell_type").asText().equals("code")) {
                SnippetEvent last = evaluate(code(cell));
                String value = last == null ? null : last.value();
                shown.add(String.valueOf(value));
                if (value != null && value.startsWith("BufferedImage@")) {
                    checkPicture(last);
                    pictures++;
                }
            }
        }
        assertEquals("\"1797 digits\"", shown.get(1));
        Matcher accuracy = Pattern.compile("accuracy=([\\d.]+)").matcher(shown.get(2));
        assertTrue(accuracy.find() && Double.parseDouble(accuracy.group(1)) > 0.9, shown.get(2));
        assertEquals(2, pictures, shown.toString());
        assertTrue(evaluate("closest >= 0 && closest < 10").value().equals("true"));
    }

    private static String code(JsonNode cell) {
        StringBuilder text = new StringBuilder();
        cell.path("source").forEach(line -> text.append(line.asText()));
        return text.toString()
                .lines()
                .filter(line -> !line.startsWith("%"))
                .collect(Collectors.joining("\n"));
    }

    /** The value of the last of these snippets. */
    private SnippetEvent evaluate(String code) {
        SnippetEvent last = null;
        String rest = code;
        while (!rest.isBlank()) {
            SourceCodeAnalysis.CompletionInfo next =
                    shell.sourceCodeAnalysis().analyzeCompletion(rest);
            for (SnippetEvent event : shell.eval(next.source())) {
                assertTrue(
                        FINE.contains(event.status()),
                        () ->
                                next.source()
                                        + shell.diagnostics(event.snippet())
                                                .map(it -> it.getMessage(null))
                                                .toList()
                                        + out.toString(StandardCharsets.UTF_8));
                assertEquals(null, event.exception(), next.source());
                last = event;
            }
            rest = next.remaining();
        }
        return last;
    }

    /** Whether the value of a snippet is a picture with something in it. */
    private void checkPicture(SnippetEvent event) throws IOException {
        String name =
                event.snippet() instanceof VarSnippet kept
                        ? kept.name()
                        : ((ExpressionSnippet) event.snippet()).name();
        evaluate("var png = new java.io.ByteArrayOutputStream();");
        evaluate("javax.imageio.ImageIO.write(" + name + ", \"png\", png);");
        String text =
                evaluate("java.util.Base64.getEncoder().encodeToString(png.toByteArray())").value();
        byte[] png = Base64.getDecoder().decode(text.substring(1, text.length() - 1));
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png));
        Set<Integer> colors = new HashSet<>();
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                colors.add(picture.getRGB(x, y));
            }
        }
        assertTrue(colors.size() > COLORS, name + ": colours " + colors.size());
    }
}
