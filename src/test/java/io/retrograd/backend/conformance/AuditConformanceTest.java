package io.retrograd.backend.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.layer.AvgPool2d;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Custom;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Embedding;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Gelu;
import io.retrograd.layer.Gru;
import io.retrograd.layer.LastOverTime;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.LocalResponseNorm;
import io.retrograd.layer.Lstm;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Padded;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.ArrayDataset;
import io.retrograd.train.Audit;
import io.retrograd.train.AuditException;
import io.retrograd.train.AuditResult;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import io.retrograd.train.TrainingListener;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Audits of trainings on every device: right operations pass, wrong ones are found. */
class AuditConformanceTest {
    private static final Shape IMAGE = Shape.of(2, 8, 8);
    private static final int IMAGES = 40;
    private static final int CLASSES = 3;
    private static final Shape WORD = Shape.of(8);
    private static final int LETTERS = 11;

    /** The error of a fault, in roundings: below that of one wrong bit of a tenth. */
    private static final int FAULT = 1000;

    private static final Layer NETWORK =
            new Sequential(
                    new Conv2d(5, 3).padding(1),
                    new Relu(),
                    new Residual(new Sequential(new Conv2d(5, 3).padding(1), new BatchNorm())),
                    new Relu(),
                    new LocalResponseNorm(3),
                    new MaxPool2d(2),
                    new AvgPool2d(2),
                    new Dropout(0.2),
                    new Flatten(),
                    new Linear(7),
                    new Gelu(),
                    new Linear(CLASSES));

    static List<Device> devices() {
        return Device.everyPrecision();
    }

    /** All operations get their turn, none is suspected, and training computes the same bits. */
    @ParameterizedTest
    @MethodSource("devices")
    void rightOperationsPass(Device device) {
        List<AuditResult> audits = new ArrayList<>();
        double[] audited = train(device, NETWORK, Audit.every(1), 16, audits);
        double[] alone = train(device, NETWORK, null, 16, new ArrayList<>());
        assertArrayEquals(alone, audited);
        Set<String> operations = new HashSet<>();
        for (AuditResult audit : audits) {
            assertTrue(audit.passed(), audit::message);
            assertTrue(audit.elements() > 0);
            operations.add(audit.operation());
        }
        assertTrue(operations.size() > 5, operations::toString);
    }

    /** Both recurrent ways: with lengths, and without. */
    @ParameterizedTest
    @MethodSource("devices")
    void rightRecurrentOperationsPass(Device device) {
        List<AuditResult> audits = new ArrayList<>();
        Layer network =
                new Sequential(
                        new Embedding(LETTERS, 6).paddingIndex(0),
                        new Gru(5).bidirectional(true),
                        new Lstm(4),
                        new LastOverTime(),
                        new Linear(CLASSES));
        for (Layer each : List.of(network, new Padded(0, network))) {
            try (Model model = Model.create(each, WORD, device.shared(), 1)) {
                fit(model, words(), Audit.every(1), 6, audits);
            }
        }
        assertTrue(audits.size() > 5, audits::toString);
        for (AuditResult audit : audits) {
            assertTrue(audit.passed(), audit::message);
        }
    }

    /** As by a bad card: wrong where it trains, right where it is computed again. */
    @ParameterizedTest
    @MethodSource("devices")
    void aWrongGradientEndsTraining(Device device) {
        AuditException found =
                assertThrows(
                        AuditException.class,
                        () -> train(device, faulty(device), Audit.every(1), 30, new ArrayList<>()));
        assertTrue(found.getMessage().contains("2 identity: expected"), found.getMessage());
        assertTrue(found.getMessage().contains("1:Linear.grad["), found.getMessage());
    }

    @ParameterizedTest
    @MethodSource("devices")
    void aWrongGradientIsToldAndTrainingGoesOn(Device device) {
        List<AuditResult> audits = new ArrayList<>();
        train(device, faulty(device), Audit.every(1).warn(), 30, audits);
        assertFalse(audits.stream().allMatch(AuditResult::passed));
        for (AuditResult audit : audits) {
            assertEquals(audit.operation().equals("2 identity"), !audit.passed(), audit::message);
        }
    }

    private static Layer faulty(Device device) {
        double wrong = 1 + FAULT * device.epsilon();
        return new Sequential(
                new Flatten(),
                new Linear(6),
                Custom.of(
                        "identity",
                        x -> x,
                        x -> Thread.currentThread().getName().equals("audit") ? 1 : wrong),
                new Linear(CLASSES));
    }

    private static double[] train(
            Device device, Layer network, Audit audit, int epochs, List<AuditResult> audits) {
        try (Model model = Model.create(network, IMAGE, device.shared(), 1)) {
            fit(model, images(), audit, epochs, audits);
            return model.parameter(network.equals(NETWORK) ? "9.weight" : "3.weight");
        }
    }

    private static void fit(
            Model model,
            LabelledDataset samples,
            Audit audit,
            int epochs,
            List<AuditResult> audits) {
        Trainer trainer =
                new Trainer(model, new CrossEntropy(), new Sgd(0.05).momentum(0.9))
                        .batch(9)
                        .epochs(epochs)
                        .listener(
                                new TrainingListener() {
                                    @Override
                                    public void onAudit(AuditResult result) {
                                        audits.add(result);
                                    }
                                });
        (audit == null ? trainer : trainer.audit(audit)).fit(samples);
    }

    private static LabelledDataset words() {
        double[][] words = new double[IMAGES][(int) WORD.size()];
        int[] labels = new int[IMAGES];
        for (int n = 0; n < IMAGES; n++) {
            labels[n] = n % CLASSES;
            for (int t = 0; t < 1 + n % WORD.size(); t++) {
                words[n][t] = 1 + (n * 7 + t * 3 + labels[n]) % (LETTERS - 1);
            }
        }
        return ArrayDataset.of(words, labels, WORD);
    }

    private static LabelledDataset images() {
        int size = (int) IMAGE.size();
        double[][] images = new double[IMAGES][size];
        int[] labels = new int[IMAGES];
        for (int n = 0; n < IMAGES; n++) {
            labels[n] = n % CLASSES;
            for (int i = 0; i < size; i++) {
                images[n][i] = Philox.normal(7, labels[n], i) + Philox.normal(8, n, i);
            }
        }
        return ArrayDataset.of(images, labels, IMAGE);
    }
}
