package io.retrograd.demo;

import io.retrograd.plot.DotPanel;
import io.retrograd.plot.Sheet;

/** The pictures of {@link Languages}. */
record LanguagesPlot(Languages.Scores order, Languages.Scores languages) {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 340;

    Sheet sheet() {
        return new Sheet(2, WIDTH, HEIGHT)
                .add(panel("Which of two marks comes first?", order))
                .add(panel("In which language is a name?", languages));
    }

    private static DotPanel panel(String title, Languages.Scores scores) {
        DotPanel panel = new DotPanel(title, "accuracy of each seed on unseen sequences");
        scores.accuracies()
                .forEach(
                        (reader, all) ->
                                panel.row(
                                        reader.text(), all.stream().mapToDouble(a -> a).toArray()));
        return panel;
    }
}
