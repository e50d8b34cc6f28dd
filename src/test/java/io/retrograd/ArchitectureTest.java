package io.retrograd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps the packages' arrows pointing one way, and files short. Reads the sources' imports. */
class ArchitectureTest {
    private static final Path SOURCES = Path.of("src/main/java/io/retrograd");
    private static final int LONGEST_FILE = 600;
    private static final Pattern IMPORT =
            Pattern.compile(
                    "^import (?:static )?io\\.retrograd\\.([a-z.]+)\\.[A-Z]", Pattern.MULTILINE);

    /** All that Java has to change a file, or to open one so that it can be changed. */
    private static final Pattern READING =
            Pattern.compile(
                    "(?<!->\\s{1,80})Files\\.(read|lines|newBufferedReader|newInputStream)\\w*");

    private static final Pattern WRITING =
            Pattern.compile(
                    "\\bFiles\\s*\\.\\s*(write|writeString|newBufferedWriter|newOutputStream"
                            + "|newByteChannel|createFile|createTempFile|createDirectory"
                            + "|createDirectories|move|copy|createLink|createSymbolicLink)\\b"
                            + "|\\b(FileOutputStream|FileWriter|RandomAccessFile|Formatter"
                            + "|AsynchronousFileChannel|FileImageOutputStream|FileHandler)\\b"
                            + "|\\bStandardOpenOption\\.(WRITE|APPEND|CREATE|CREATE_NEW)\\b"
                            + "|\\bnew (PrintStream|PrintWriter)\\(|\\bFile\\.createTempFile\\b"
                            + "|import static java\\.nio\\.file\\.|\\.toFile\\(\\)|\\bnew File\\(");

    /** Standard output and standard error. */
    private static final Path STREAMS = Path.of("cli", "Output.java");

    /** Calls that read a path, whatever it leads to. */
    private static final Pattern READING_ANYTHING =
            Pattern.compile(
                    "\\bFiles\\s*\\.\\s*(newBufferedReader|newInputStream|readAllBytes"
                            + "|readAllLines|readString|lines)\\b"
                            + "|\\b(FileInputStream|FileReader|Scanner)\\b");

    /** The packages that each package may import beside itself. */
    private static final Map<String, Set<String>> ARROWS =
            Map.ofEntries(
                    Map.entry("tensor", Set.of()),
                    Map.entry("file", Set.of()),
                    Map.entry("host", Set.of("file")),
                    Map.entry("operation", Set.of("tensor")),
                    Map.entry("metric", Set.of("tensor")),
                    Map.entry("backend", Set.of("tensor", "operation", "file", "host")),
                    Map.entry("bind", Set.of("tensor", "operation", "backend")),
                    Map.entry("backend.reference", device()),
                    Map.entry("backend.onednn", device("file")),
                    Map.entry("backend.cuda", device("backend.cuda.platform", "file")),
                    Map.entry("backend.cuda.platform", Set.of("backend", "file", "host")),
                    Map.entry("layer", Set.of("tensor", "operation", "bind")),
                    Map.entry("loss", Set.of("tensor", "operation", "bind")),
                    Map.entry("optim", Set.of("tensor", "backend")),
                    Map.entry("train", with("metric")),
                    Map.entry("detection", core()),
                    Map.entry("gradcheck", core()),
                    Map.entry("gradcheck.fuzz", with("gradcheck", "parity", "file")),
                    Map.entry("junit", with("gradcheck")),
                    Map.entry("kernel", with("gradcheck")),
                    Map.entry("image", Set.of("tensor", "interop", "file")),
                    Map.entry("data", with("train", "interop", "file", "image")),
                    Map.entry("interop", with("train", "file")),
                    Map.entry("plot", Set.of("image", "file")),
                    Map.entry("explain", with("train", "file", "plot")),
                    Map.entry("attribution", with("train")),
                    Map.entry("model", with("train")),
                    Map.entry("task", with("train", "data", "model", "detection", "metric")),
                    Map.entry("tensorboard", with("train", "report", "file")),
                    Map.entry("report", with("train", "interop", "image", "file", "attribution")),
                    Map.entry("onnx", with("train", "interop", "file")),
                    Map.entry("parity", with("train", "interop", "gradcheck")),
                    Map.entry("demo", with("train", "data", "image", "plot", "model")),
                    Map.entry("serve", with("train", "image", "attribution", "report")),
                    Map.entry(
                            "certify",
                            with("train", "gradcheck", "host", "data", "file", "model", "parity")),
                    Map.entry(
                            "cli",
                            with(
                                    "attribution",
                                    "certify",
                                    "train",
                                    "gradcheck",
                                    "gradcheck.fuzz",
                                    "host",
                                    "data",
                                    "image",
                                    "file",
                                    "interop",
                                    "kernel",
                                    "explain",
                                    "demo",
                                    "plot",
                                    "model",
                                    "onnx",
                                    "parity",
                                    "report",
                                    "serve",
                                    "task",
                                    "tensorboard")));

    private static Set<String> core() {
        return Set.of("tensor", "operation", "backend", "bind", "layer", "loss", "optim");
    }

    private static Set<String> device(String... more) {
        return Stream.concat(Stream.of("tensor", "operation", "backend", "host"), Stream.of(more))
                .collect(Collectors.toSet());
    }

    private static Set<String> with(String... more) {
        return Stream.concat(core().stream(), Stream.of(more)).collect(Collectors.toSet());
    }

    @Test
    void importsFollowTheArrows() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path file : sources()) {
            String from = packageOf(file);
            Set<String> allowed = ARROWS.get(from);
            assertNotNull(allowed, "a package without arrows: " + from);
            Matcher imports = IMPORT.matcher(Files.readString(file));
            while (imports.find()) {
                String to = imports.group(1);
                if (!to.equals(from) && !allowed.contains(to)) {
                    wrong.add(file + " imports " + to);
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        Set<String> packages =
                sources().stream().map(ArchitectureTest::packageOf).collect(Collectors.toSet());
        for (String name : packages) {
            Path info = SOURCES.resolve(name.replace('.', '/')).resolve("package-info.java");
            assertTrue(Files.exists(info), "no " + info);
            assertTrue(Files.readString(info).contains("@NullMarked\n"), info.toString());
        }
    }

    /** So that whatever stops a process leaves each file whole. */
    @Test
    void onlyOnePackageWritesFiles() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path file : sources()) {
            Matcher opened = WRITING.matcher(Files.readString(file));
            boolean writes = packageOf(file).equals("file") || file.endsWith(STREAMS);
            while (!writes && opened.find()) {
                wrong.add(file + ": " + opened.group() + "; use WholeFile or LineFile");
            }
        }
        assertEquals(List.of(), wrong);
    }

    /** Else a device is another one to a thread that has been interrupted. */
    @Test
    void devicesReadFilesUninterrupted() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path file : sources()) {
            Matcher opened = READING.matcher(Files.readString(file));
            while (packageOf(file).startsWith("backend") && opened.find()) {
                wrong.add(file + ": " + opened.group() + "; use Uninterrupted.run");
            }
        }
        assertEquals(List.of(), wrong);
    }

    /** So that nothing waits for a pipe, or reads a device without end. */
    @Test
    void usersFilesAreReadAsRegularFiles() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path file : sources()) {
            boolean users =
                    Set.of("data", "image", "interop", "onnx", "cli", "parity", "serve")
                            .contains(packageOf(file));
            Matcher opened = READING_ANYTHING.matcher(Files.readString(file));
            while (users && opened.find()) {
                wrong.add(file + ": " + opened.group() + "; use RegularFile");
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void filesAreShort() throws IOException {
        for (Path file : sources()) {
            long lines;
            try (Stream<String> content = Files.lines(file)) {
                lines = content.count();
            }
            assertTrue(lines <= LONGEST_FILE, file + " has " + lines + " lines");
        }
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(f -> f.toString().endsWith(".java")).toList();
        }
    }

    private static String packageOf(Path file) {
        return SOURCES.relativize(file.getParent()).toString().replace('/', '.');
    }
}
