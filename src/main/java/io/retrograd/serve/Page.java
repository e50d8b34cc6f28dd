package io.retrograd.serve;

import io.retrograd.report.Html;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The page on which pictures are dropped: one file, with nothing from elsewhere.
 *
 * @param policy what a browser lets it do: run its own script, and ask this server
 */
record Page(String html, String policy) {
    private static final String TEMPLATE = "serve.html";
    private static final Pattern HOLE = Pattern.compile("\\{\\{(\\w+)}}");
    private static final int NAMED = 12;

    static Page of(Served served, Limits limits) {
        int count = Math.toIntExact(served.model().outputShape().size());
        List<String> names = IntStream.range(0, count).mapToObj(served::label).toList();
        String listed =
                String.join(", ", names.subList(0, Math.min(NAMED, count)))
                        + (count > NAMED ? " and " + (count - NAMED) + " more" : "");
        Map<String, String> values =
                Map.of(
                        "NAME",
                        Html.escaped(served.name()),
                        "CLASSES",
                        Html.escaped(listed),
                        "BYTES",
                        Integer.toString(limits.bytes()));
        String html =
                HOLE.matcher(template())
                        .replaceAll(
                                hole ->
                                        Matcher.quoteReplacement(
                                                Objects.requireNonNull(values.get(hole.group(1)))));
        String policy =
                String.format(
                        "default-src 'none'; img-src 'self' data: blob:; connect-src 'self';"
                                + " style-src %s; script-src %s; base-uri 'none'; form-action"
                                + " 'none'; frame-ancestors 'none'",
                        hash(html, "style"), hash(html, "script"));
        return new Page(html, policy);
    }

    /** Of an element's text, as a policy allows it. */
    private static String hash(String html, String element) {
        int start = html.indexOf("<" + element + ">") + element.length() + 2;
        String text = html.substring(start, html.indexOf("</" + element + ">"));
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String template() {
        try (InputStream in = Page.class.getResourceAsStream(TEMPLATE)) {
            if (in == null) {
                throw new IllegalStateException("serve: " + TEMPLATE + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
