package io.retrograd.task;

import io.retrograd.data.Digits;
import io.retrograd.data.Split;
import io.retrograd.data.TrainTest;
import io.retrograd.layer.Layer;
import io.retrograd.loss.CtcLoss;
import io.retrograd.loss.Loss;
import io.retrograd.metric.BestPath;
import io.retrograd.metric.Metric;
import io.retrograd.metric.Metrics;
import io.retrograd.model.Crnn;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Dataset;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A convolutional recurrent network that reads strips of 3 to 6 handwritten digits, trained by
 * connectionist temporal classification: nobody tells it where a digit begins. Digits of the test
 * are those of other writers' samples than of the training. Measured by the character error rate.
 */
public final class DigitStrips implements Task {
    private static final int TRAINED = 4000;
    private static final int TESTED = 500;
    private static final int WIDTH = 8;
    private static final int HIDDEN = 48;
    private static final int BLANK = 0;
    private static final int CLASSES = 11;
    private static final long OF_TEST = Long.MIN_VALUE;

    /** Which digits are kept for the test. */
    private static final long SPLIT = 1;

    /** The picture: strips below each other, each beside what was read. */
    private static final int ROWS = 10;

    private static final int SCALE = 2;
    private static final int TEXT = 120;

    private static TrainTest digits() {
        return Split.STRATIFIED.of(Digits.load(), SPLIT);
    }

    @Override
    public String name() {
        return "digit-strips";
    }

    @Override
    public String model() {
        return "crnn";
    }

    @Override
    public Layer network() {
        return Crnn.of(CLASSES, WIDTH, HIDDEN);
    }

    @Override
    public Shape sampleShape() {
        return Shape.of(1, DigitStrip.HEIGHT, DigitStrip.WIDTH);
    }

    @Override
    public Loss loss() {
        return new CtcLoss(DigitStrip.MOST).batchFirst();
    }

    @Override
    public Settings settings() {
        return new Settings(/* epochs= */ 12, /* batch= */ 32, /* learningRate= */ 4e-3, 1e-4);
    }

    @Override
    public Dataset training(long seed) {
        List<DigitStrip> strips = strips(digits().train(), seed * TRAINED, TRAINED);
        return new DrawnDataset(
                sampleShape(),
                strips.stream().map(DigitStrip::pixels).toList(),
                Shape.of(2 + DigitStrip.MOST),
                strips.stream().map(strip -> target(strip.digits())).toList());
    }

    private static List<DigitStrip> strips(LabelledDataset source, long first, int count) {
        return LongStream.range(first, first + count)
                .mapToObj(seed -> DigitStrip.draw(source, seed))
                .toList();
    }

    /** The number of steps, that of digits, and the digits: class 0 is the blank. */
    private double[] target(int... digits) {
        double[] target = new double[2 + DigitStrip.MOST];
        target[0] = steps();
        target[1] = digits.length;
        for (int i = 0; i < digits.length; i++) {
            target[2 + i] = 1 + digits[i];
        }
        return target;
    }

    private int steps() {
        return network().outputShape(sampleShape().prepend(1)).dim(1);
    }

    @Override
    public Result test(Model model) {
        int steps = steps();
        Metric.Accumulator rate =
                Metrics.characterErrorRate(DigitStrip.MOST).start(Shape.of(steps, CLASSES));
        BufferedImage picture =
                new BufferedImage(
                        SCALE * DigitStrip.WIDTH + TEXT,
                        ROWS * SCALE * DigitStrip.HEIGHT,
                        BufferedImage.TYPE_INT_RGB);
        List<DigitStrip> strips = strips(digits().test(), OF_TEST, TESTED);
        int right = 0;
        for (int n = 0; n < TESTED; n++) {
            DigitStrip strip = strips.get(n);
            double[] logits = model.predict(strip.pixels(), 255);
            rate.add(logits, target(strip.digits()), 1);
            int[] read = BestPath.read(logits, /* row= */ 0, steps, CLASSES, BLANK);
            Arrays.setAll(read, i -> read[i] - 1);
            right += Arrays.equals(read, strip.digits()) ? 1 : 0;
            if (n < ROWS) {
                show(picture, n, strip, read);
            }
        }
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put("character_error_rate", rate.value());
        measures.put("strips_right", right / (double) TESTED);
        return new Result(TESTED, measures, picture);
    }

    private static void show(BufferedImage picture, int n, DigitStrip strip, int... read) {
        int width = SCALE * DigitStrip.WIDTH;
        int height = SCALE * DigitStrip.HEIGHT;
        Graphics2D graphics = picture.createGraphics();
        graphics.translate(0, n * height);
        graphics.drawImage(strip.image(), 0, 0, width, height, null);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(width, 0, TEXT, height);
        boolean right = Arrays.equals(read, strip.digits());
        graphics.setColor(right ? Color.BLACK : new Color(0xD55E00));
        graphics.setFont(new Font(Font.MONOSPACED, Font.BOLD, 22));
        String text = Arrays.stream(read).mapToObj(Integer::toString).collect(Collectors.joining());
        graphics.drawString(text, width + 12, height / 2 + 8);
        graphics.dispose();
    }
}
