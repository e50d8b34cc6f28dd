package io.retrograd.demo;

import io.retrograd.image.Png;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.model.DigitsNet;
import io.retrograd.plot.PicturePanel;
import io.retrograd.plot.Sheet;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Draws fruit in three states of ripeness, a folder for each state: pictures to train, serve and
 * explain a network with, where no photographs are at hand. Ripeness shows in colour and spots, and
 * the light, its colour, the background, place and rotation hide it: a picture's mean colour tells
 * too little, as the demonstration measures.
 */
final class Fruit implements Demo {
    private static final int SIDE = 96;
    private static final int SHOWN = 18;
    private static final long STREAM = 0x4652_5549L;

    /** Classes, with the least and the largest ripeness of each; between them there is a gap. */
    enum State {
        UNRIPE(0, 0.18),
        RIPE(0.42, 0.58),
        OVERRIPE(0.8, 1);

        private final double least;
        private final double largest;

        State(double least, double largest) {
            this.least = least;
            this.largest = largest;
        }

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public String name() {
        return "fruit";
    }

    @Override
    public String line() {
        return "a folder of drawn fruit in three states of ripeness, to train, serve and explain with";
    }

    @Override
    public int seconds() {
        return 10;
    }

    @Override
    public Map<String, Checked> networks() {
        return Map.of(
                "digits",
                new Checked(
                        DigitsNet.of(State.values().length),
                        Shape.of(2, 3, 8, 8),
                        new CrossEntropy()));
    }

    /** One picture: what it shows, and the seed by which it is drawn. */
    record Drawn(FruitPicture.Kind kind, State state, int number, long seed) {
        BufferedImage image() {
            double share = Philox.uniform(seed, STREAM, 1);
            double ripeness = state.least + share * (state.largest - state.least);
            return FruitPicture.draw(kind, ripeness, SIDE, seed);
        }

        String file() {
            return String.format(
                    Locale.ROOT,
                    "%s/%s-%03d.png",
                    state.text(),
                    kind.name().toLowerCase(Locale.ROOT),
                    number);
        }
    }

    static List<Drawn> all(int each, long seed) {
        List<Drawn> all = new ArrayList<>();
        for (State state : State.values()) {
            for (FruitPicture.Kind kind : FruitPicture.Kind.values()) {
                for (int i = 1; i <= each; i++) {
                    long own = Philox.bits(seed, STREAM, all.size()) & 0xFFFF_FFFFL;
                    all.add(new Drawn(kind, state, i, own));
                }
            }
        }
        return all;
    }

    @Override
    public Result run(Context context) {
        List<Drawn> all = all(context.size(100, 4), context.seed());
        List<BufferedImage> images = all.stream().map(Drawn::image).toList();
        MeanColors colors = MeanColors.of(all.stream().map(Drawn::state).toList(), images);
        double accuracy = colors.accuracy();
        context.say(
                "%d pictures of %d x %d pixels: bananas, tomatoes and pears, unripe, ripe, overripe",
                all.size(), SIDE, SIDE);
        context.say(
                "mean colour alone tells %.1f %% of one half by the other half's: a network has to"
                        + " look",
                100 * accuracy);
        Map<String, Supplier<byte[]>> files = new LinkedHashMap<>();
        for (int i = 0; i < images.size(); i++) {
            BufferedImage image = images.get(i);
            files.put(all.get(i).file(), () -> Png.of(image));
        }
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("side", SIDE);
        numbers.put("pictures", all.size());
        numbers.put("classes", counts(all));
        numbers.put("mean_color", colors.byClass());
        numbers.put("mean_color_accuracy", accuracy);
        return new Result(numbers, Map.of("fruit", () -> sheet(all))).files(files);
    }

    @Override
    public List<String> next(String folder) {
        return List.of(
                "train images --data " + folder + " --epochs 15 --name fruit", "serve runs/fruit");
    }

    private static Map<String, Integer> counts(List<Drawn> all) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        all.forEach(drawn -> counts.merge(drawn.state.text(), 1, Integer::sum));
        return counts;
    }

    private static Sheet sheet(List<Drawn> all) {
        Sheet sheet = new Sheet(1, 760, 212);
        for (State state : State.values()) {
            List<Drawn> of = all.stream().filter(drawn -> drawn.state == state).toList();
            List<BufferedImage> some = new ArrayList<>();
            int count = Math.min(SHOWN, of.size());
            for (int i = 0; i < count; i++) {
                some.add(of.get(i * of.size() / count).image());
            }
            sheet.add(new PicturePanel(state.text(), 9, some));
        }
        return sheet;
    }
}
