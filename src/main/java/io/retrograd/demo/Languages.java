package io.retrograd.demo;

import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Adam;
import io.retrograd.optim.Schedule;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Bags of n-grams, a CNN, a BiGRU and both together, with and without attention, on two tasks: in
 * what order two marks stand, and the language of a name.
 *
 * <p>Sources: Y. Kim, Convolutional neural networks for sentence classification, EMNLP 2014; K. Cho
 * et al., Learning phrase representations using RNN encoder-decoder, EMNLP 2014; A. Vaswani et al.,
 * Attention is all you need, NeurIPS 2017; W. Cavnar, J. Trenkle, N-gram-based text categorization,
 * 1994.
 */
final class Languages implements Demo {
    /** Of each family, languages beside each other. */
    static final List<List<String>> FAMILIES =
            List.of(
                    List.of("da", "sv"),
                    List.of("de", "nl"),
                    List.of("es", "it", "pt"),
                    List.of("cs", "hr", "pl"));

    private static final List<String> NAMES = FAMILIES.stream().flatMap(List::stream).toList();
    private static final int LENGTH = 16;

    private static final int SEEDS = 2;

    /** Of the mean over n-grams, each of which moves it by little. */
    private static final double REGRESSION_RATE = 0.2;

    private static final int REGRESSION_BATCH = 32;

    @Override
    public String name() {
        return "languages";
    }

    @Override
    public String line() {
        return "n-grams, CNN, BiGRU and attention: the order of marks, and languages of names";
    }

    @Override
    public int seconds() {
        return 95;
    }

    @Override
    public String device() {
        return "cpu";
    }

    @Override
    public Map<String, Checked> networks() {
        Map<String, Checked> networks = new LinkedHashMap<>();
        for (Reader reader : Reader.values()) {
            networks.put(
                    reader.text(),
                    new Checked(
                            reader.network(11, 2, new Reader.Sizes(4, 6, 4)),
                            Shape.of(3, 7),
                            new CrossEntropy()));
        }
        return networks;
    }

    /** How the networks of a task are trained. */
    private record Training(Reader.Sizes sizes, int batch, double rate, int epochs) {
        static Training ofPairs(Context context) {
            return new Training(new Reader.Sizes(8, 16, 16), 32, 0.01, context.size(6, 1));
        }

        static Training ofNames(Context context) {
            return new Training(new Reader.Sizes(16, 32, 24), 128, 0.02, context.size(5, 1));
        }
    }

    /**
     * How networks did in a task.
     *
     * @param accuracies of each network, by seed, on unseen sequences
     * @param guesses of the last network and seed, one a sequence to test on
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Scores(Map<Reader, List<Double>> accuracies, Sequences test, int[] guesses) {
        Map<String, Object> numbers() {
            Map<String, Object> map = new LinkedHashMap<>();
            accuracies.forEach((reader, all) -> map.put(reader.text(), all));
            return map;
        }
    }

    @Override
    public Result run(Context context) {
        context.say(
                "Which of two marks comes first? Pairs of sequences have the same n-grams:%n"
                        + "f A f B f and f B f A f, with f of four letters. Accuracy of %d seeds:%n",
                SEEDS);
        int pairs = context.size(500, 40);
        Sequences.Parts marks =
                new Sequences.Parts(
                        Sequences.order(pairs, 2 * context.seed()),
                        Sequences.order(context.size(200, 20), 2 * context.seed() + 1));
        Scores order = compare(context, marks, Training.ofPairs(context));
        Sequences.Parts names =
                Sequences.languages(
                        NAMES,
                        LENGTH,
                        context.size(1600, 60),
                        context.size(2000, 40),
                        context.seed());
        context.say(
                "%nIn which of %d languages is a name? %d names to learn from, %d others to test"
                        + " on:%n",
                NAMES.size(), names.train().rows().size(), names.test().rows().size());
        Scores languages = compare(context, names, Training.ofNames(context));
        Confusion confusion =
                Confusion.of(languages.test().labels(), languages.guesses(), NAMES, FAMILIES);
        context.say(
                "%nOf the errors of the last network %.1f %% are within families of languages, of"
                        + " which chance would make %.1f %%",
                100 * confusion.related(), 100 * confusion.chance());
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("order", order.numbers());
        numbers.put("languages", languages.numbers());
        numbers.put("confusion", confusion.numbers());
        return new Result(
                numbers,
                Map.of(
                        "languages", () -> new LanguagesPlot(order, languages).sheet(),
                        "languages-confusion", () -> confusion.sheet()));
    }

    private static Scores compare(Context context, Sequences.Parts parts, Training training) {
        NGrams grams = new NGrams(parts.train().array());
        Map<Reader, List<Double>> accuracies = new LinkedHashMap<>();
        int[] guesses = {};
        for (Reader reader : Reader.values()) {
            boolean bags = reader == Reader.N_GRAMS;
            Sequences train = bags ? parts.train().bags(grams) : parts.train();
            Sequences test = bags ? parts.test().bags(grams) : parts.test();
            List<Double> all = new ArrayList<>();
            StringBuilder line = new StringBuilder();
            for (int s = 0; s < SEEDS; s++) {
                guesses = guesses(context, reader, train, test, training, context.seed() + s);
                all.add(accuracy(test.labels(), guesses));
                line.append(String.format(Locale.ROOT, "%8.1f %%", 100 * all.get(s)));
            }
            accuracies.put(reader, all);
            context.say("%-22s%s", reader.text(), line);
        }
        return new Scores(accuracies, parts.test(), guesses);
    }

    /** The classes that a network gives sequences, once it is trained. */
    private static int[] guesses(
            Context context,
            Reader reader,
            Sequences train,
            Sequences test,
            Training training,
            long seed) {
        int classes = train.names().size();
        boolean bags = reader == Reader.N_GRAMS;
        try (Model model =
                Model.create(
                        reader.network(train.vocabulary(), classes, training.sizes()),
                        train.shape(),
                        context.backend(),
                        seed)) {
            if (bags) {
                // Its loss is convex: from nothing all seeds come to the same place.
                model.setParameter("body.0.weight", new double[train.vocabulary() * classes]);
            }
            new Trainer(
                            model,
                            new CrossEntropy(),
                            new Adam(bags ? REGRESSION_RATE : training.rate()))
                    .batch(bags ? REGRESSION_BATCH : training.batch())
                    .epochs(bags ? 2 * training.epochs() : training.epochs())
                    .schedule(Schedule.cosine())
                    .seed(seed)
                    .fit(train.dataset());
            double[] logits = model.predict(DigitBatch.of(test.dataset()).pixels());
            int[] guesses = new int[test.rows().size()];
            for (int n = 0; n < guesses.length; n++) {
                for (int c = 1; c < classes; c++) {
                    boolean larger = logits[n * classes + c] > logits[n * classes + guesses[n]];
                    guesses[n] = larger ? c : guesses[n];
                }
            }
            return guesses;
        }
    }

    private static double accuracy(int[] labels, int[] guesses) {
        int right = 0;
        for (int n = 0; n < labels.length; n++) {
            right += labels[n] == guesses[n] ? 1 : 0;
        }
        return right / (double) labels.length;
    }
}
