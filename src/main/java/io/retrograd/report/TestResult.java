package io.retrograd.report;

import java.util.Map;
import java.util.Objects;

/**
 * What a test found where targets are no classes.
 *
 * @param samples that it took
 * @param measures by name
 * @param picture some samples with what the network says about them
 */
public record TestResult(long samples, Map<String, Double> measures, Picture picture) {
    public TestResult {
        measures = Measured.ordered(measures);
        Objects.requireNonNull(picture, "picture");
    }

    /** The section with the picture. */
    String html() {
        return String.format(
                "<section><h2>Samples of the test</h2>%n<p>Some of %s that training has not seen, with"
                        + " what the network says about them.</p>%n<div"
                        + " class=\"samples\">%s</div></section>%n",
                Html.count(samples), picture.html());
    }
}
