///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DEPS io.retrograd:retrograd:0.1.0-SNAPSHOT
//RUNTIME_OPTIONS --enable-native-access=ALL-UNNAMED

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.data.Digits;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.model.DigitsNet;
import io.retrograd.optim.Adam;
import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;

/** Trains a network on handwritten digits, as one file without a build: jbang TrainDigits.java. */
public class TrainDigits {
    public static void main(String[] args) {
        LabelledDataset digits = Digits.load();
        try (Backend backend = Backends.open("auto");
                Model model = Model.create(DigitsNet.of(10), Shape.of(1, 8, 8), backend, 1)) {
            Trainer trainer = new Trainer(model, new CrossEntropy(), new Adam(3e-3)).epochs(2);
            trainer.fit(digits);
            System.out.printf("accuracy %.3f%n", trainer.evaluate(digits).accuracy());
        }
    }
}
