package io.retrograd.report;

import io.retrograd.attribution.Adversarial;
import io.retrograd.attribution.SanityCheck;
import io.retrograd.file.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a network's outputs depend on, as a page, {@value #FILE}. */
public final class ExplanationPage {
    /** The name of the file. */
    public static final String FILE = "explain.html";

    private static final double LEVELS = 255;

    /** From this share on, letters on a cell's colour are light. */
    private static final double STRONG = 0.6;

    /** How much colour, in percent, the largest share of a text has. */
    private static final double DEEPEST = 70;

    private static final String TEXT_KEY =
            "<p class=\"shares small\"><span class=\"for\" style=\"--s:70%\"> speaks for the class"
                    + " </span> <span class=\"against\" style=\"--s:70%\"> speaks against it </span></p>";

    private static final String TEXT_READING =
            "<section><h2>Reading the colours</h2>\n<p><b>integrated-gradients</b> Each piece's share"
                    + " of the difference between the output for the text and that for none, where"
                    + " the vectors of all its pieces are 0.</p>\n<p><b>input-x-gradient</b> Each"
                    + " piece's vector times the gradient there: how fast the output falls as that"
                    + " vector shrinks.</p></section>\n";

    /** How to read the maps of each method. */
    private static final Map<String, String> READING =
            Map.ofEntries(
                    Map.entry(
                            "saliency",
                            "How much the output answers to a small change of each pixel, in either"
                                    + " direction."),
                    Map.entry(
                            "smoothgrad",
                            "The mean of saliency over noisy copies: steadier, and coarser."),
                    Map.entry(
                            "guided-backprop",
                            "The gradient without what is negative on its way back. Sharp, but it"
                                    + " shows edges of the sample, whatever the network has learned:"
                                    + " look at the sanity check before trusting it."),
                    Map.entry(
                            "deconvnet",
                            "The network run in reverse. As guided-backprop, it depends little on"
                                    + " what the network has learned."),
                    Map.entry(
                            "input-x-gradient",
                            "The gradient times the sample: black pixels get nothing."),
                    Map.entry(
                            "integrated-gradients",
                            "Each pixel's share of the difference between the outputs for the sample"
                                    + " and for black."),
                    Map.entry(
                            "grad-cam",
                            "The places of the last convolution that speak for the class; coarse,"
                                    + " and steady."),
                    Map.entry(
                            "grad-cam++",
                            "As grad-cam, with more weight on small and repeated parts."),
                    Map.entry(
                            "occlusion",
                            "How much the output falls when a window is black. Uses no gradient."),
                    Map.entry(
                            "layer-wise-relevance",
                            "The output, handed down from layer to layer to the pixels that made"
                                    + " it."));

    private final String title;
    private final String name;
    private final StringBuilder sections = new StringBuilder();
    private final Set<String> methods = new LinkedHashSet<>();
    private boolean texts;

    /**
     * An empty page.
     *
     * @param title as in {@code Explanations of lenet5}
     * @param name below it
     */
    public ExplanationPage(String title, String name) {
        this.title = title;
        this.name = name;
    }

    /** A sample that a network makes or takes for another class, beside others. */
    public record Shown(Picture picture, String caption, String note) {}

    /** Adds a sample with its maps. */
    public void add(Explained sample) {
        head(sample.name());
        sections.append(
                String.format(
                        Locale.ROOT,
                        "<p>Taken for <b>%s</b> (%s). %s <b>%s</b>, %s.</p>\n<div class=\"maps\">\n",
                        Html.escaped(sample.predicted()),
                        Html.percent(sample.probability()),
                        "The maps explain the output of",
                        Html.escaped(sample.target()),
                        Html.number(sample.output())));
        figure(sample.picture(), "the sample", null);
        for (Explained.Heat heat : sample.heats()) {
            methods.add(heat.method());
            figure(heat.picture(), heat.method(), heat.note());
        }
        sections.append("</div></section>\n");
    }

    /** Adds the comparison with a network of random weights. */
    public void add(List<SanityCheck.Result> results) {
        head("Sanity check");
        sections.append(
                "<p>The layers get random weights, one after the other from the output down, and"
                        + " each time the maps are compared with those above: 1 is the same map, 0"
                        + " another one. A number is the mean of rank correlation and structural"
                        + " similarity. A method whose maps stay alike while all but the deepest"
                        + " layer change shows the sample more than what the network has learned.</p>\n"
                        + "<div class=\"wide\"><table class=\"confusion\">\n<tr><th></th>");
        for (SanityCheck.Stage stage : results.get(0).stages()) {
            sections.append("<th>").append(Html.escaped(stage.layer())).append("</th>");
        }
        sections.append("</tr>\n");
        results.forEach(this::row);
        sections.append("</table></div>\n");
        sections.append(
                "<p class=\"small\">Columns are named by the deepest layer with random weights; in"
                        + " the last one all layers have them.</p></section>\n");
    }

    private void row(SanityCheck.Result result) {
        sections.append("<tr><th scope=\"row\">").append(Html.escaped(result.method()));
        sections.append(
                result.hardlyChanges()
                        ? "<br/><b class=\"small bad\">hardly changes</b></th>"
                        : "</th>");
        for (SanityCheck.Stage stage : result.stages()) {
            double likeness = Math.max(0, (stage.rank() + stage.structure()) / 2);
            sections.append(
                    String.format(
                            Locale.ROOT,
                            "<td class=\"right%s\" style=\"--s:%.0f%%\" title=\"rank %.3f,"
                                    + " structure %.3f\">%.2f</td>",
                            likeness >= STRONG ? " strong" : "",
                            100 * likeness,
                            stage.rank(),
                            stage.structure(),
                            (stage.rank() + stage.structure()) / 2));
        }
        sections.append("</tr>\n");
    }

    /**
     * What a method found for a text.
     *
     * @param pieces characters or words
     * @param values each one's share of the output
     * @param note below them; may be empty
     */
    public record Row(String method, List<String> pieces, List<Double> values, String note) {}

    /** Adds a text, each of its pieces in the colour of its share. */
    public void addText(String text, String verdict, List<Row> rows) {
        texts = true;
        head(text);
        sections.append("<p>").append(Html.escaped(verdict)).append("</p>\n");
        for (Row row : rows) {
            double largest = row.values().stream().mapToDouble(Math::abs).max().orElse(0);
            sections.append("<figure class=\"shares\"><p>");
            for (int i = 0; i < row.pieces().size(); i++) {
                double value = row.values().get(i);
                String piece = row.pieces().get(i);
                sections.append(
                        String.format(
                                Locale.ROOT,
                                "<span class=\"%s\" style=\"--s:%.0f%%\" title=\"%.4f\">%s</span>%s",
                                value < 0 ? "against" : "for",
                                largest == 0 ? 0 : DEEPEST * Math.abs(value) / largest,
                                value,
                                Html.escaped(piece),
                                piece.codePointCount(0, piece.length()) > 1 ? " " : ""));
            }
            sections.append("</p><figcaption>").append(Html.escaped(row.method()));
            sections.append(" <span class=\"small\">").append(Html.escaped(row.note()));
            sections.append("</span></figcaption></figure>\n");
        }
        sections.append("</section>\n");
    }

    /** Adds samples that were made. */
    public void add(String heading, String text, List<Shown> shown) {
        head(heading);
        sections.append("<p>").append(Html.escaped(text)).append("</p>\n<div class=\"maps\">\n");
        shown.forEach(each -> figure(each.picture(), each.caption(), each.note()));
        sections.append("</div></section>\n");
    }

    /**
     * Adds the shares of samples that deceive the network.
     *
     * @param samples the number of them
     */
    public void addCurve(List<Adversarial.Point> points, int samples) {
        head("Samples that deceive the network");
        List<Chart.Point> fgsm = new ArrayList<>();
        List<Chart.Point> pgd = new ArrayList<>();
        for (Adversarial.Point point : points) {
            fgsm.add(new Chart.Point(LEVELS * point.epsilon(), point.fgsm()));
            pgd.add(new Chart.Point(LEVELS * point.epsilon(), point.pgd()));
        }
        Chart chart =
                new Chart(
                        "share of samples that deceive the network, by the size of the change",
                        "largest change of a pixel, in 255ths",
                        Axis.logarithmic(fgsm.stream().mapToDouble(Chart.Point::x)),
                        Axis.between(0, 1),
                        share -> String.format(Locale.ROOT, "%.0f %%", 100 * share));
        chart.add(new Chart.Line("PGD", 0, "", true, pgd));
        chart.add(new Chart.Line("FGSM", 1, "", true, fgsm));
        sections.append(
                String.format(
                        Locale.ROOT,
                        "<p>The share of %,d samples that the network takes for another class when"
                                + " each pixel is changed by at most so much.</p>\n<figure>%s%s"
                                + "</figure></section>\n",
                        samples,
                        chart.legend(),
                        chart.svg()));
    }

    /**
     * Writes the page.
     *
     * @return its file
     */
    public Path write(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        WholeFile.write(file, html());
        return file;
    }

    String html() {
        String key =
                methods.isEmpty()
                        ? ""
                        : "<p class=\"key\"><span class=\"warm\"></span>speaks for the class, or"
                                + " matters <span class=\"cold\"></span>speaks against it</p>";
        return ReportPage.page(title, name, texts ? TEXT_KEY : key, sections + reading());
    }

    private String reading() {
        if (texts) {
            return TEXT_READING;
        }
        if (methods.isEmpty()) {
            return "";
        }
        StringBuilder html = new StringBuilder("<section><h2>Reading the maps</h2>\n");
        for (String method : methods) {
            html.append("<p><b>").append(Html.escaped(method)).append("</b> ");
            html.append(Html.escaped(READING.getOrDefault(method, ""))).append("</p>\n");
        }
        return html.append("</section>\n").toString();
    }

    private void head(String heading) {
        sections.append("<section><h2>").append(Html.escaped(heading)).append("</h2>\n");
    }

    private void figure(Picture picture, String caption, @Nullable String note) {
        sections.append("<figure>").append(picture.html()).append("<figcaption>");
        sections.append(Html.escaped(caption));
        if (note != null) {
            sections.append("<br/><span class=\"small\">");
            sections.append(Html.escaped(note)).append("</span>");
        }
        sections.append("</figcaption></figure>\n");
    }
}
