package io.retrograd.report;

import java.util.List;
import java.util.Locale;

/** The sections with pictures: the worst mistakes, and the first layer's kernels. */
final class Pictures {
    private static final int LONGEST_TEXT = 280;

    private Pictures() {}

    /** The worst mistakes; empty for a run that was not tested. */
    static String mistakes(Measured measured) {
        if (measured.tested() == 0) {
            return "";
        }
        StringBuilder html = new StringBuilder("<section><h2>Worst mistakes</h2>\n");
        if (measured.mistakes().isEmpty()) {
            return html.append("<p>None: each of ")
                    .append(Html.count(measured.tested()))
                    .append(" test samples was recognised.</p></section>\n")
                    .toString();
        }
        html.append(
                "<p>The test samples whose own class has the lowest probability: what they were taken"
                        + " for, and the probability of that against that of their class.</p>\n");
        boolean texts = measured.mistakes().get(0).text() != null;
        html.append(texts ? "<div class=\"mistakes texts\">\n" : "<div class=\"mistakes\">\n");
        measured.mistakes().forEach(mistake -> mistake(html, mistake, measured.classes()));
        return html.append("</div></section>\n").toString();
    }

    private static void mistake(StringBuilder html, Mistake mistake, List<String> names) {
        html.append("<div class=\"mistake\">");
        if (mistake.picture() != null) {
            html.append(mistake.picture().html());
        }
        html.append("<div>");
        html.append(
                String.format(
                        Locale.ROOT,
                        "<p><b>%s</b> taken for <b class=\"bad\">%s</b></p><p class=\"small\">%s"
                                + " against %s<br/>sample %,d</p>",
                        Html.escaped(ReportPage.className(names, mistake.label())),
                        Html.escaped(ReportPage.className(names, mistake.predicted())),
                        share(mistake.probability()),
                        share(mistake.probabilityOfLabel()),
                        mistake.index()));
        if (mistake.text() != null) {
            html.append("<blockquote dir=\"auto\">");
            html.append(Html.escaped(shortened(mistake.text()))).append("</blockquote>");
        }
        html.append("</div></div>\n");
    }

    private static String share(double probability) {
        return probability < 0.0005 && probability > 0
                ? "under 0.1\u00A0%"
                : String.format(Locale.ROOT, "%.1f\u00A0%%", 100 * probability);
    }

    private static String shortened(String text) {
        int points = text.codePointCount(0, text.length());
        return points <= LONGEST_TEXT
                ? text
                : text.substring(0, text.offsetByCodePoints(0, LONGEST_TEXT)) + "…";
    }

    /** The first layer's kernels; empty where there are none to look at. */
    static String kernels(Measured measured) {
        Kernels kernels = measured.kernels();
        if (kernels == null) {
            return "";
        }
        StringBuilder html = new StringBuilder("<section><h2>First-layer kernels</h2>\n<p>");
        html.append("<code>").append(Html.escaped(kernels.parameter()));
        html.append("</code> after training, all to one scale");
        html.append(
                kernels.color()
                        ? "; gray is 0."
                        : ": <span class=\"key plus\"></span> above 0,"
                                + " <span class=\"key minus\"></span> below.");
        html.append("</p>\n<div class=\"kernels\">");
        kernels.pictures().forEach(kernel -> html.append(kernel.html()).append('\n'));
        return html.append("</div></section>\n").toString();
    }
}
