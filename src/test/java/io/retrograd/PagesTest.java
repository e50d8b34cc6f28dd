package io.retrograd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Everything that the pages name exists: links, files, classes, commands, profiles. */
class PagesTest {
    private static final int README_LINES = 150;
    private static final Path MENU = Path.of("src/site/site.xml");
    private static final Path RESOURCES = Path.of("src/site/resources");
    private static final Path SOURCES = Path.of("src/main/java/io/retrograd");

    /** The folders of the project that pages name files of. */
    private static final Pattern FILE =
            Pattern.compile("(src|bench|kernels|native|\\.github|\\.ci)/[\\w./*-]+");

    /** A source beside its package, as in {@code layer/Relu.java}. */
    private static final Pattern SOURCE = Pattern.compile("[a-z]\\w*(/\\w+)*/\\w+\\.java");

    private static final Pattern TYPE =
            Pattern.compile("([A-Z][a-z0-9]+\\w*)(\\.java)?([.(<].*)?", Pattern.DOTALL);

    /** A placeholder that readers replace by their own name. */
    private static final Pattern PLACEHOLDER = Pattern.compile("[Ff]oo");

    /** Java's and other projects' types. */
    private static final Set<String> STRANGERS = Set.of("ServiceLoader");

    private static final Pattern PROFILE = Pattern.compile("(?<!\\w)-P([\\w,-]+)");

    @Test
    void theReadmeIsShort() throws IOException {
        long lines = Files.readString(Pages.README).lines().count();
        assertTrue(lines < README_LINES, lines + " lines; what is longer belongs to the site");
    }

    @Test
    void linksLeadSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : Pages.all()) {
            for (String link : Pages.links(page)) {
                if (!link.contains(":") && !leads(page, link)) {
                    broken.add(page + ": " + link);
                }
            }
        }
        assertEquals(List.of(), broken);
    }

    private static boolean leads(Path page, String link) throws IOException {
        int hash = link.indexOf('#');
        String file = hash < 0 ? link : link.substring(0, hash);
        if (file.startsWith("images/") || file.startsWith("numbers/")) {
            return Files.exists(RESOURCES.resolve(file));
        }
        Path target = file.isEmpty() ? page : page.resolveSibling(file).normalize();
        return Files.exists(target)
                && (hash < 0 || Pages.anchors(target).contains(link.substring(hash + 1)));
    }

    @Test
    void filesAreThere() throws IOException {
        List<String> missing = new ArrayList<>();
        for (Path page : Pages.all()) {
            for (String code : Pages.code(page)) {
                boolean checked = !PLACEHOLDER.matcher(code).find();
                if (checked && FILE.matcher(code).matches() && !exists(Path.of(""), code)) {
                    missing.add(page + ": " + code);
                }
                if (checked && SOURCE.matcher(code).matches() && !exists(SOURCES, code)) {
                    missing.add(page + ": " + code);
                }
            }
        }
        assertEquals(List.of(), missing);
    }

    private static boolean exists(Path folder, String path) throws IOException {
        if (FILE.matcher(path).matches()) {
            int star = path.indexOf('*');
            Path file = Path.of(star < 0 ? path : path.substring(0, path.lastIndexOf('/', star)));
            return Files.exists(file);
        }
        return Files.exists(folder.resolve(path));
    }

    @Test
    void classesAreThere() throws IOException {
        Set<String> types = types();
        List<String> missing = new ArrayList<>();
        for (Path page : Pages.all()) {
            for (String code : Pages.code(page)) {
                var type = TYPE.matcher(code);
                if (type.matches()
                        && !PLACEHOLDER.matcher(code).find()
                        && !types.contains(type.group(1))) {
                    missing.add(page + ": " + code);
                }
            }
        }
        assertEquals(List.of(), missing);
    }

    /** The names of all sources' classes. */
    private static Set<String> types() throws IOException {
        Set<String> types = new HashSet<>(STRANGERS);
        for (String root : List.of("src", "bench")) {
            try (Stream<Path> files = Files.walk(Path.of(root))) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".java"))
                        .forEach(name -> types.add(name.substring(0, name.length() - 5)));
            }
        }
        return types;
    }

    @Test
    void theMenuHoldsEveryPage() throws IOException {
        String menu = Files.readString(MENU);
        Set<String> items =
                Pattern.compile("href=\"([\\w-]+)\\.html\"")
                        .matcher(menu)
                        .results()
                        .map(item -> item.group(1))
                        .collect(Collectors.toCollection(TreeSet::new));
        Set<String> pages =
                Pages.site().stream()
                        .map(page -> page.getFileName().toString().replace(".md", ""))
                        .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(pages, items);
    }

    @Test
    void everyCommandIsDescribed() throws IOException {
        String page = Files.readString(Pages.SITE.resolve("getting-started.md"));
        List<String> missing =
                Arrays.stream(Main.class.getAnnotation(CommandLine.Command.class).subcommands())
                        .filter(type -> type != CommandLine.HelpCommand.class)
                        .map(type -> type.getAnnotation(CommandLine.Command.class).name())
                        .filter(
                                name ->
                                        !Pattern.compile("\\| `" + name + "\\b")
                                                .matcher(page)
                                                .find())
                        .toList();
        assertEquals(List.of(), missing);
    }

    @Test
    void profilesAreThere() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        List<String> missing = new ArrayList<>();
        for (Path page : Pages.all()) {
            PROFILE.matcher(Files.readString(page))
                    .results()
                    .flatMap(profiles -> Arrays.stream(profiles.group(1).split(",")))
                    .filter(profile -> !pom.contains("<id>" + profile + "</id>"))
                    .forEach(profile -> missing.add(page + ": -P" + profile));
        }
        assertEquals(List.of(), missing);
    }

    /** Said where it matters, and not again wherever CUDA is named. */
    @Test
    void whatNoGpuHasRunIsSaidOnce() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (Path page : Pages.all()) {
            Pattern.compile("(?i)no GPU has\\s+run")
                    .matcher(Files.readString(page))
                    .results()
                    .forEach(found -> pages.add(page));
        }
        assertEquals(List.of(Pages.README), pages);
    }
}
