package io.retrograd.task;

import io.retrograd.detection.Box;
import io.retrograd.detection.Detection;
import io.retrograd.detection.LabelledBox;
import io.retrograd.detection.MeanAveragePrecision;
import io.retrograd.detection.YoloGrid;
import io.retrograd.detection.YoloLoss;
import io.retrograd.layer.Layer;
import io.retrograd.loss.CustomLoss;
import io.retrograd.loss.Loss;
import io.retrograd.model.YoloNet;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Dataset;
import io.retrograd.train.Model;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * A single-stage detector of drawn shapes: for each cell of a grid of 8 by 8, two boxes and a
 * class; boxes that overlap a surer one of their class are suppressed. Measured by the mean average
 * precision, as COCO defines it, on scenes that training has not seen.
 */
public final class ShapesDetection implements Task {
    private static final YoloGrid GRID = new YoloGrid(8, 2, ShapesScene.CLASSES.size());
    private static final int WIDTH = 16;
    private static final int TRAINED = 2000;
    private static final int TESTED = 500;

    /** Scenes of training and test are those of other seeds. */
    private static final long OF_TEST = Long.MIN_VALUE;

    /** From which on a box counts in the precision, and in the picture. */
    private static final double LEAST = 0.01;

    private static final double SHOWN = 0.35;
    private static final double OVERLAP = 0.5;

    /** The picture: scenes beside each other, each some times as large. */
    private static final int COLUMNS = 4;

    private static final int ROWS = 3;
    private static final int SCALE = 4;
    private static final List<Color> COLORS =
            List.of(new Color(0x56B4E9), new Color(0xE69F00), new Color(0x009E73));

    @Override
    public String name() {
        return "shapes-detection";
    }

    @Override
    public String model() {
        return "yolo";
    }

    @Override
    public Layer network() {
        return YoloNet.of(GRID.channels(), WIDTH);
    }

    @Override
    public Shape sampleShape() {
        return Shape.of(3, ShapesScene.SIDE, ShapesScene.SIDE);
    }

    @Override
    public Loss loss() {
        return new CustomLoss(new YoloLoss(GRID));
    }

    @Override
    public Settings settings() {
        return new Settings(/* epochs= */ 30, /* batch= */ 32, /* learningRate= */ 3e-3, 1e-4);
    }

    @Override
    public Dataset training(long seed) {
        List<ShapesScene> scenes = scenes(seed * TRAINED, TRAINED);
        return new DrawnDataset(
                sampleShape(),
                scenes.stream().map(ShapesScene::pixels).toList(),
                GRID.targetShape(),
                scenes.stream().map(scene -> GRID.target(scene.things())).toList());
    }

    private static List<ShapesScene> scenes(long first, int count) {
        return LongStream.range(first, first + count).mapToObj(ShapesScene::draw).toList();
    }

    @Override
    public Result test(Model model) {
        List<ShapesScene> scenes = scenes(OF_TEST, TESTED);
        MeanAveragePrecision map = new MeanAveragePrecision(GRID.classes());
        BufferedImage picture =
                new BufferedImage(
                        COLUMNS * SCALE * ShapesScene.SIDE,
                        ROWS * SCALE * ShapesScene.SIDE,
                        BufferedImage.TYPE_INT_RGB);
        for (int n = 0; n < TESTED; n++) {
            ShapesScene scene = scenes.get(n);
            double[] outputs = model.predict(scene.pixels(), 255);
            List<Detection> found = GRID.detections(outputs, LEAST, OVERLAP);
            map.add(found, scene.things());
            if (n < COLUMNS * ROWS) {
                show(picture, n, scene, found);
            }
        }
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put("map_50", map.at(0.5));
        measures.put("map_50_95", map.mean());
        for (int label = 0; label < GRID.classes(); label++) {
            measures.put("ap_50_" + ShapesScene.CLASSES.get(label), map.ofClass(label, 0.5));
        }
        return new Result(TESTED, measures, picture);
    }

    /** A scene with its things' boxes, thin, and what was found, in its class's color. */
    private static void show(
            BufferedImage picture, int n, ShapesScene scene, List<Detection> found) {
        int side = SCALE * ShapesScene.SIDE;
        Graphics2D graphics = picture.createGraphics();
        graphics.translate(n % COLUMNS * side, n / COLUMNS * side);
        graphics.drawImage(scene.image(), 0, 0, side, side, null);
        graphics.setStroke(new BasicStroke(1));
        graphics.setColor(Color.WHITE);
        for (LabelledBox thing : scene.things()) {
            graphics.draw(rectangle(thing.box(), side));
        }
        graphics.setStroke(new BasicStroke(3));
        for (Detection detection : found) {
            if (detection.score() < SHOWN) {
                continue;
            }
            Rectangle2D box = rectangle(detection.box(), side);
            graphics.setColor(COLORS.get(detection.label()));
            graphics.draw(box);
            String text =
                    String.format(
                            "%s %.2f",
                            ShapesScene.CLASSES.get(detection.label()), detection.score());
            int width = graphics.getFontMetrics().stringWidth(text) + 6;
            int x = (int) Math.max(0, Math.min(side - width, box.getX()));
            int y = (int) Math.max(0, box.getY() - 15);
            graphics.fillRect(x, y, width, 15);
            graphics.setColor(Color.BLACK);
            graphics.drawString(text, x + 3, y + 12);
        }
        graphics.dispose();
    }

    private static Rectangle2D rectangle(Box box, int side) {
        return new Rectangle2D.Double(
                box.left() * side, box.top() * side, box.width() * side, box.height() * side);
    }
}
