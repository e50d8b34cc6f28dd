import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.data.LabelledLines;
import io.retrograd.data.Texts;
import io.retrograd.data.Vocabulary;
import io.retrograd.layer.Layer;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.model.CnnBiGru;
import io.retrograd.optim.Adam;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.util.List;

/** Trains on texts; {@code LabelledLines.read} reads them from a file. */
public final class TrainOnTexts {
    public static void main(String[] args) {
        List<String> texts =
                List.of(
                        "a good film",
                        "a bad film",
                        "good actors",
                        "bad actors",
                        "what a good story",
                        "what a bad story",
                        "good",
                        "bad");
        var lines =
                new LabelledLines(
                        List.of("praise", "blame"), texts, List.of(0, 1, 0, 1, 0, 1, 0, 1));
        Vocabulary vocabulary = Vocabulary.of(Vocabulary.Unit.WORDS, texts, /* largest= */ 100);
        Texts data = lines.encode(vocabulary, /* length= */ 8);
        Layer network =
                CnnBiGru.words(vocabulary.size(), data.classes())
                        .padding(Vocabulary.PADDING)
                        .network();
        try (Backend backend = Backends.open("auto");
                Model model = Model.create(network, data.sampleShape(), backend, /* seed= */ 1)) {
            Trainer trainer = new Trainer(model, new CrossEntropy(), new Adam(0.005));
            trainer.batch(4).epochs(30).fit(data);
            System.out.printf("accuracy %.3f%n", trainer.evaluate(data).accuracy());
        }
    }
}
