package io.retrograd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The pages of the project: the README, the site, and what lies beside the code. */
final class Pages {
    static final Path README = Path.of("README.md");
    static final Path SITE = Path.of("src/site/markdown");

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```.*?^```$");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern ANCHOR = Pattern.compile("<a id=\"([\\w-]+)\"></a>");
    private static final Pattern WORD_HEADING = Pattern.compile("(?m)^#+ ([a-z-]+)$");

    private Pages() {}

    /** The README, then the site's pages by name. */
    static List<Path> forUsers() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(README));
        pages.addAll(site());
        return pages;
    }

    /** The site's pages by name. */
    static List<Path> site() throws IOException {
        try (Stream<Path> files = Files.list(SITE)) {
            return files.filter(f -> f.toString().endsWith(".md")).sorted().toList();
        }
    }

    /** All pages. */
    static List<Path> all() throws IOException {
        List<Path> pages = new ArrayList<>(forUsers());
        pages.add(Path.of("bench/README.md"));
        pages.add(Path.of("native/standin/README.md"));
        try (Stream<Path> files = Files.walk(Path.of(".github"))) {
            files.filter(f -> f.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        return pages;
    }

    /** A page's text without its blocks of code. */
    static String prose(Path page) throws IOException {
        return BLOCK.matcher(Files.readString(page)).replaceAll("");
    }

    /** The targets of a page's links. */
    static List<String> links(Path page) throws IOException {
        return found(LINK, prose(page)).map(link -> link.group(1)).toList();
    }

    /** The inline code of a page. */
    static List<String> code(Path page) throws IOException {
        String text = LINK.matcher(prose(page)).replaceAll("");
        return found(CODE, text).map(code -> code.group(1)).toList();
    }

    /** Anchors that a page states, and headings that are one everywhere: a word in lower case. */
    static Set<String> anchors(Path page) throws IOException {
        String text = prose(page);
        return Stream.concat(found(ANCHOR, text), found(WORD_HEADING, text))
                .map(anchor -> anchor.group(1))
                .collect(Collectors.toSet());
    }

    private static Stream<MatchResult> found(Pattern pattern, String text) {
        return pattern.matcher(text).results();
    }
}
