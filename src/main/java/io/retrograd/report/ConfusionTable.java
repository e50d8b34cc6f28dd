package io.retrograd.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Which classes were taken for which: a table of few classes, and the most frequent confusions. */
final class ConfusionTable {
    /** More classes make no readable table. */
    private static final int MOST_CLASSES = 40;

    /** So many times themselves are counted in memory. */
    private static final int MOST_COUNTED = 4096;

    private static final int MOST_PAIRS = 10;

    private final List<String> names;
    private final long[][] counts;

    private ConfusionTable(List<String> names, long[][] counts) {
        this.names = names;
        this.counts = counts;
    }

    private record Pair(int label, int predicted, long count) {}

    /** The section; empty for a run that was not tested. */
    static String html(Run run) {
        JsonNode rows = run.summary().path("confusion");
        int classes = rows.size();
        if (classes == 0 || classes > MOST_COUNTED) {
            return "";
        }
        long[][] counts = new long[classes][classes];
        for (int label = 0; label < classes; label++) {
            for (int predicted = 0; predicted < classes; predicted++) {
                counts[label][predicted] = rows.path(label).path(predicted).asLong();
            }
        }
        return new ConfusionTable(run.measured().classes(), counts).html();
    }

    private String html() {
        StringBuilder html = new StringBuilder("<section><h2>Confusion</h2>\n");
        if (counts.length <= MOST_CLASSES) {
            table(html);
        }
        pairs(html);
        return html.append("</section>\n").toString();
    }

    private void table(StringBuilder html) {
        html.append("<p>On the test samples: one row a class, one column a prediction.</p>\n");
        html.append("<div class=\"wide\"><table class=\"confusion\"><tr><td></td>");
        for (int c = 0; c < counts.length; c++) {
            html.append("<th scope=\"col\"><span>").append(name(c)).append("</span></th>");
        }
        html.append("<th scope=\"col\">recall</th></tr>\n");
        for (int label = 0; label < counts.length; label++) {
            long total = total(label);
            html.append("<tr><th scope=\"row\"><span>").append(name(label));
            html.append("</span></th>");
            for (int predicted = 0; predicted < counts.length; predicted++) {
                cell(html, label, predicted, total);
            }
            html.append("<td class=\"recall\">");
            html.append(
                    total == 0
                            ? ""
                            : String.format(
                                    Locale.ROOT, "%.1f %%", 100.0 * counts[label][label] / total));
            html.append("</td></tr>\n");
        }
        html.append("</table></div>\n");
    }

    /** Mistakes by the square root of their share: those of one sample are seen too. */
    private void cell(StringBuilder html, int label, int predicted, long total) {
        long count = counts[label][predicted];
        if (count == 0) {
            html.append("<td></td>");
            return;
        }
        boolean right = label == predicted;
        double share = (double) count / total;
        double strength = right ? share : Math.sqrt(share);
        html.append(
                String.format(
                        Locale.ROOT,
                        "<td class=\"%s%s\" style=\"--s:%.0f%%\" title=\"%s taken for %s: %d of"
                                + " %d\">%d</td>",
                        right ? "right" : "wrong",
                        strength > 0.8 ? " strong" : strength > 0.6 ? " middling" : "",
                        100 * strength,
                        name(label),
                        name(predicted),
                        count,
                        total,
                        count));
    }

    private void pairs(StringBuilder html) {
        List<Pair> pairs = new ArrayList<>();
        for (int label = 0; label < counts.length; label++) {
            for (int predicted = 0; predicted < counts.length; predicted++) {
                if (label != predicted && counts[label][predicted] > 0) {
                    pairs.add(new Pair(label, predicted, counts[label][predicted]));
                }
            }
        }
        pairs.sort(Comparator.comparingLong(Pair::count).reversed());
        if (pairs.isEmpty()) {
            return;
        }
        html.append("<p>Most often: ");
        for (Pair pair : pairs.subList(0, Math.min(MOST_PAIRS, pairs.size()))) {
            html.append("<span class=\"pair\">").append(name(pair.label)).append(" → ");
            html.append(name(pair.predicted)).append(" <b>").append(pair.count);
            html.append("</b></span> ");
        }
        html.append("</p>\n");
    }

    private long total(int label) {
        long sum = 0;
        for (long count : counts[label]) {
            sum += count;
        }
        return sum;
    }

    private String name(int c) {
        return Html.escaped(ReportPage.className(names, c));
    }
}
