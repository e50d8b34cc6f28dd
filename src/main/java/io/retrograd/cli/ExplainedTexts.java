package io.retrograd.cli;

import io.retrograd.attribution.Completeness;
import io.retrograd.attribution.TokenAttribution;
import io.retrograd.attribution.TokenAttribution.Shares;
import io.retrograd.file.WholeFile;
import io.retrograd.report.ExplanationPage;
import io.retrograd.train.Model;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/** What {@code explain} makes of texts: a page, its numbers as JSON, and lines for a terminal. */
final class ExplainedTexts {
    /** The methods for tokens, the one whose shares add up first. */
    static final List<String> METHODS = List.of("integrated-gradients", "input-x-gradient");

    /** From this part of the largest share on, a terminal colours a token. */
    private static final double NOTABLE = 0.25;

    private final Trained trained;
    private final Model model;
    private final TypedTexts typed;
    private final List<String> methods;
    private final PrintWriter out;

    /**
     * Texts.
     *
     * @param methods some of {@link #METHODS}
     * @param out where lines go
     */
    ExplainedTexts(
            Trained trained, Model model, TypedTexts typed, List<String> methods, PrintWriter out) {
        this.trained = trained;
        this.model = model;
        this.typed = typed;
        this.methods = methods;
        this.out = out;
    }

    /**
     * Explains all, and writes {@code explain.html} and {@code explain.json}.
     *
     * @param target the class's name or number; null for the likeliest of each
     */
    Map<String, Object> write(@Nullable String target, Path folder) throws IOException {
        WholeFile.createFolders(folder);
        ExplanationPage page =
                new ExplanationPage("Explanations of " + trained.name(), folder.toString());
        List<Map<String, Object>> all = new ArrayList<>();
        try (TokenAttribution attribution = TokenAttribution.of(model)) {
            for (String text : typed.texts()) {
                all.add(text(attribution, text, target, page));
            }
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", trained.name());
        json.put("texts", all);
        WholeFile.write(folder.resolve("explain.json"), Json.line(json) + "\n");
        json.put("page", page.write(folder).toString());
        return json;
    }

    private Map<String, Object> text(
            TokenAttribution attribution,
            String text,
            @Nullable String target,
            ExplanationPage page) {
        double[] tokens = typed.tokens(text);
        double[] y = model.predict(tokens);
        double[] p = Predictions.softmax(y, model.outputShape());
        int top = attribution.top(tokens);
        int explained = target == null ? top : trained.number("--class", target, y.length);
        List<String> pieces = typed.read(text);
        String verdict =
                String.format(
                        Locale.ROOT,
                        "Taken for %s (%.1f %%); explained is the output of %s, %.4f.",
                        trained.label(top),
                        100 * p[top],
                        trained.label(explained),
                        y[explained]);
        out.printf("%s%n%s%n", text, verdict);
        List<ExplanationPage.Row> rows = new ArrayList<>();
        List<Map<String, Object>> found = new ArrayList<>();
        for (String method : methods) {
            Shares shares =
                    method.equals(METHODS.get(0))
                            ? attribution.integratedGradients(tokens, explained)
                            : attribution.inputXGradient(tokens, explained);
            List<Double> values = shares.values().subList(0, pieces.size());
            rows.add(new ExplanationPage.Row(method, pieces, values, note(shares)));
            out.printf("  %-22s%s   %s%n", method, coloured(pieces, values), note(shares));
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("method", method);
            map.put("shares", values);
            if (shares.completeness() != null) {
                map.put("completeness", shares.completeness());
            }
            found.add(map);
        }
        page.addText(text, verdict, rows);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("text", text);
        json.put("class", top);
        json.put("label", trained.label(top));
        json.put("probability", p[top]);
        json.put("explained", explained);
        json.put("tokens", pieces);
        json.put("methods", found);
        return json;
    }

    private static String note(Shares shares) {
        Completeness sums = shares.completeness();
        return sums == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "shares sum to %.4f; the difference to the output without a text is %.4f",
                        sums.sum(),
                        sums.expected());
    }

    /** The text; on a terminal, in colours: what speaks for the class, and what against it. */
    private static String coloured(List<String> pieces, List<Double> values) {
        double largest = values.stream().mapToDouble(Math::abs).max().orElse(0);
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < pieces.size(); i++) {
            String style = style(values.get(i), largest);
            String piece = pieces.get(i).replaceAll("\\p{Cntrl}", " ");
            line.append(style.isEmpty() ? piece : style + piece + "\u001b[0m");
            line.append(piece.codePointCount(0, piece.length()) > 1 ? " " : "");
        }
        return line.toString();
    }

    private static String style(double value, double largest) {
        if (!Ansi.AUTO.enabled() || Math.abs(value) < NOTABLE * largest) {
            return "";
        }
        return value > 0 ? "\u001b[30;43m" : "\u001b[97;44m";
    }
}
