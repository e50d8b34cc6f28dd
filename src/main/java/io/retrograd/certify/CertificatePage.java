package io.retrograd.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A certificate as one page that needs nothing beside it. */
final class CertificatePage {
    private static final String TEMPLATE = "certificate.html";
    private static final Pattern HOLE = Pattern.compile("\\{\\{(\\w+)}}");

    /** A part with no more trials shows all of them at once. */
    private static final int FEW = 12;

    private static final String HEAD =
            "<tr><th>status</th><th>precision</th><th>what</th><th class=\"n\">seed</th>"
                    + "<th class=\"n\">error</th>"
                    + "<th>found</th></tr>\n";

    private CertificatePage() {}

    static String of(Certificate certificate) {
        Map<String, String> values =
                Map.of(
                        "TITLE", escaped(certificate.device()),
                        "CLASS", certificate.passed() ? "passed" : "failed",
                        "VERDICT", escaped(certificate.verdict()),
                        "FACTS", facts(certificate),
                        "SUMMARY", summary(certificate),
                        "PARTS", parts(certificate));
        return HOLE.matcher(template())
                .replaceAll(
                        hole ->
                                Matcher.quoteReplacement(
                                        Objects.requireNonNull(values.get(hole.group(1)))));
    }

    private static String facts(Certificate certificate) {
        StringBuilder rows = new StringBuilder();
        row(rows, "device", certificate.device());
        @Nullable JsonNode found = certificate.diagnosis();
        if (found != null) {
            for (JsonNode gpu : found.path("gpus")) {
                row(
                        rows,
                        "GPU " + gpu.path("index").asText(),
                        String.format(
                                "%s, %s, %.1f GiB",
                                gpu.path("name").asText(),
                                gpu.path("architecture").asText(),
                                gpu.path("memoryBytes").asDouble() / (1L << 30)));
            }
            for (JsonNode fact : found.path("facts")) {
                String version = fact.path("version").asText();
                String detail = fact.path("detail").asText();
                row(rows, fact.path("name").asText(), (version + " " + detail).strip());
            }
            for (JsonNode problem : found.path("problems")) {
                row(rows, "problem", problem.path("what").asText());
            }
        }
        certificate.host().entrySet().stream()
                .filter(each -> found == null || !tells(found, each.getKey()))
                .forEach(each -> row(rows, each.getKey(), each.getValue()));
        row(rows, "retrograd", certificate.version());
        row(rows, "date", certificate.date().toString());
        row(rows, "minutes given", Double.toString(certificate.minutes()));
        return rows.toString();
    }

    private static boolean tells(JsonNode found, String name) {
        for (JsonNode fact : found.path("facts")) {
            if (fact.path("name").asText().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static String summary(Certificate certificate) {
        StringBuilder rows = new StringBuilder();
        for (PartResult part : certificate.parts()) {
            String name = part.part().label();
            rows.append("<tr><td><a href=\"#").append(name).append("\">").append(name);
            rows.append("</a></td><td class=\"").append(css(part.status())).append("\">");
            rows.append(part.status().label()).append("</td>");
            number(rows, String.format(Locale.ROOT, "%.1f s", part.seconds()));
            number(rows, Long.toString(part.count(Status.PASSED)));
            long failed = part.count(Status.FAILED) + part.count(Status.CRASHED);
            number(rows, Long.toString(failed));
            number(rows, Long.toString(part.count(Status.NOT_RUN)));
            number(rows, part.worst().map(worst -> number(worst.error())).orElse(""));
            cell(rows, part.part().about());
            rows.append("</tr>\n");
        }
        return rows.toString();
    }

    private static String parts(Certificate certificate) {
        StringBuilder text = new StringBuilder();
        for (PartResult part : certificate.parts()) {
            String name = part.part().label();
            text.append("<h2 id=\"").append(name).append("\">").append(name).append(": ");
            text.append(part.status().label()).append("</h2>\n<p>");
            text.append(escaped(part.part().about())).append("</p>\n");
            if (!part.message().isEmpty()) {
                text.append("<p>").append(escaped(part.message())).append("</p>\n");
            }
            if (!part.trials().isEmpty()) {
                trials(text, part);
            }
            if (!part.said().isEmpty()) {
                text.append("<details><summary>what its process printed last</summary><pre>");
                text.append(escaped(String.join("\n", part.said()))).append("</pre></details>\n");
            }
        }
        return text.toString();
    }

    /** What failed lies open, the whole list behind a click. */
    private static void trials(StringBuilder text, PartResult part) {
        boolean few = part.trials().size() <= FEW;
        if (!few && part.trials().stream().anyMatch(trial -> trial.status().bad())) {
            text.append("<div class=\"wide\"><table>").append(HEAD);
            part.trials().stream()
                    .filter(trial -> trial.status().bad())
                    .forEach(trial -> trial(text, trial));
            text.append("</table></div>\n");
        }
        text.append(few ? "" : "<details><summary>all that was tried</summary>");
        text.append("<div class=\"wide\"><table>").append(HEAD);
        part.trials().forEach(trial -> trial(text, trial));
        text.append("</table></div>").append(few ? "" : "</details>").append('\n');
    }

    private static void trial(StringBuilder text, Trial trial) {
        text.append("<tr><td class=\"").append(css(trial.status())).append("\">");
        text.append(trial.status().label()).append("</td>");
        cell(text, trial.precision());
        cell(text, trial.what());
        number(text, trial.seed() == null ? "" : trial.seed().toString());
        number(text, trial.error() == null ? "" : number(trial.error()));
        cell(text, trial.detail());
        text.append("</tr>\n");
    }

    private static String number(@Nullable Double error) {
        return error == null ? "" : String.format(Locale.ROOT, "%.1e", error);
    }

    private static void row(StringBuilder rows, String name, String value) {
        rows.append("<tr><th>").append(escaped(name)).append("</th>");
        cell(rows, value);
        rows.append("</tr>\n");
    }

    private static void cell(StringBuilder rows, String value) {
        rows.append("<td>").append(escaped(value)).append("</td>");
    }

    private static void number(StringBuilder rows, String value) {
        rows.append("<td class=\"n\">").append(escaped(value)).append("</td>");
    }

    private static String css(Status status) {
        return status.label().replace(' ', '-');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String template() {
        try (InputStream in = CertificatePage.class.getResourceAsStream(TEMPLATE)) {
            if (in == null) {
                throw new IllegalStateException("certify: " + TEMPLATE + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
