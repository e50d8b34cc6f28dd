package io.retrograd.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.data.LanguageId;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Adam;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What bags of n-grams cannot know, what they are, and confusions counted by hand. */
class LanguagesTest {
    @Test
    void aPairHasOneBag() {
        Sequences order = Sequences.order(30, /* seed= */ 4);
        NGrams grams = new NGrams(order.array());
        for (int i = 0; i < order.rows().size(); i += 2) {
            double[] first = order.rows().get(i);
            double[] second = order.rows().get(i + 1);
            assertFalse(Arrays.equals(first, second));
            assertArrayEquals(grams.bag(first), grams.bag(second), 0);
            assertEquals(0, order.labels()[i]);
            assertEquals(1, order.labels()[i + 1]);
        }
    }

    /** Of 5 6 5 and 5 6 with | at both ends. */
    @Test
    void bagsHoldRunsOfUpToThree() {
        NGrams grams = new NGrams(new double[] {5, 6, 5, 0}, new double[] {5, 6, 0, 0});
        // More than once: | 5 6 |5 56 |56.
        assertEquals(2 + 6, grams.size());
        double[] bag = grams.bag(5, 6, 0, 0);
        assertEquals(NGrams.length(4), bag.length);
        // | 5 6 |, |5 56 6|, |56 56|: of these 6| and 56| stand once.
        assertEquals(7 + 2, Arrays.stream(bag).filter(g -> g > 0).count());
        assertEquals(2, Arrays.stream(bag).filter(g -> g == 1).count());
    }

    /** An untrained CNN and a trained one give both of a pair the same; a BiGRU learns to tell. */
    @Test
    void onlyARecurrentNetworkKnowsTheOrder() {
        assertEquals(0.5, accuracy(Reader.CNN, 2), 0);
        assertTrue(accuracy(Reader.GRU, 8) > 0.95);
    }

    private static double accuracy(Reader reader, int epochs) {
        Sequences train = Sequences.order(300, 1);
        DigitBatch test = DigitBatch.of(Sequences.order(50, 2).dataset());
        try (Backend backend = Backends.open("reference");
                Model model =
                        Model.create(
                                reader.network(train.vocabulary(), 2, new Reader.Sizes(8, 8, 12)),
                                train.shape(),
                                backend,
                                /* seed= */ 1)) {
            new Trainer(model, new CrossEntropy(), new Adam(0.02))
                    .batch(32)
                    .epochs(epochs)
                    .seed(1)
                    .fit(train.dataset());
            return test.accuracy(model.predict(test.pixels()));
        }
    }

    @Test
    void namesAreThoseOfTheLanguages() {
        List<String> two = List.of("sv", "da");
        Sequences.Parts names = Sequences.languages(two, 12, 50, 20, /* seed= */ 1);
        assertEquals(50, names.train().rows().size());
        assertEquals(20, names.test().rows().size());
        assertEquals(12, names.train().rows().get(0).length);
        assertEquals(LanguageId.load().train().tokenIds().count(), names.train().vocabulary());
        assertTrue(Arrays.stream(names.train().labels()).allMatch(label -> label < 2));
    }

    @Test
    void confusionsAreCounted() {
        int[] labels = {0, 0, 0, 1, 1, 2, 2, 2};
        int[] guesses = {0, 1, 2, 1, 0, 2, 0, 2};
        Confusion confusion =
                Confusion.of(
                        labels,
                        guesses,
                        List.of("a", "b", "c"),
                        List.of(List.of("a", "b"), List.of("c")));
        assertArrayEquals(new int[] {1, 1, 1}, confusion.counts().get(0));
        // Errors: a as b, a as c, b as a, c as a.
        assertEquals(0.5, confusion.related(), 1e-12);
        // Three errors of a and b, half of which chance keeps within; none of c's.
        assertEquals(1.5 / 4, confusion.chance(), 1e-12);
    }

    @Test
    void tellsWhatItFound() {
        Demonstrated demo = Demonstrated.quick(new Languages());
        for (Reader reader : Reader.values()) {
            JsonNode languages = demo.numbers().get("languages").get(reader.text());
            assertEquals(2, languages.size());
            languages.forEach(a -> assertTrue(a.asDouble() >= 0 && a.asDouble() <= 1));
        }
        demo.numbers()
                .get("order")
                .get("bag of n-grams")
                .forEach(a -> assertEquals(0.5, a.asDouble()));
        demo.numbers().get("order").get("CNN").forEach(a -> assertEquals(0.5, a.asDouble()));
        assertEquals(10, demo.numbers().at("/confusion/counts").size());
    }
}
