package io.retrograd.task;

import io.retrograd.layer.Layer;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.loss.Loss;
import io.retrograd.metric.Metric;
import io.retrograd.metric.Metrics;
import io.retrograd.model.UNet;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Dataset;
import io.retrograd.train.Model;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * A U-Net that finds the pixels of cells that touch each other: rims belong to the ground, so that
 * each cell stays by itself. Measured by the intersection over union with the true pixels.
 */
public final class CellsSegmentation implements Task {
    private static final int TRAINED = 400;
    private static final int TESTED = 200;
    private static final int LEVELS = 3;
    private static final int WIDTH = 12;
    private static final long OF_TEST = Long.MIN_VALUE;
    private static final int CELL = 1;

    /** The picture: a row of scenes, of what the network says, and of where it is wrong. */
    private static final int COLUMNS = 5;

    private static final int SCALE = 3;
    private static final Color FOUND = new Color(0x8000CFFF, true);
    private static final Color MISSED = new Color(0xE69F00);
    private static final Color INVENTED = new Color(0xD5005E);

    @Override
    public String name() {
        return "cells-segmentation";
    }

    @Override
    public String model() {
        return "unet";
    }

    @Override
    public Layer network() {
        return UNet.pictures(CellsScene.CLASSES, LEVELS, WIDTH);
    }

    @Override
    public Shape sampleShape() {
        return Shape.of(3, CellsScene.SIDE, CellsScene.SIDE);
    }

    @Override
    public Loss loss() {
        return new CrossEntropy();
    }

    @Override
    public Settings settings() {
        return new Settings(/* epochs= */ 8, /* batch= */ 16, /* learningRate= */ 5e-3, 1e-4);
    }

    @Override
    public Dataset training(long seed) {
        List<CellsScene> scenes = scenes(seed * TRAINED, TRAINED);
        return new DrawnDataset(
                sampleShape(),
                scenes.stream().map(CellsScene::pixels).toList(),
                Shape.of(CellsScene.SIDE, CellsScene.SIDE),
                scenes.stream().map(CellsScene::labels).toList());
    }

    private static List<CellsScene> scenes(long first, int count) {
        return LongStream.range(first, first + count).mapToObj(CellsScene::draw).toList();
    }

    @Override
    public Result test(Model model) {
        Shape output = Shape.of(CellsScene.CLASSES, CellsScene.SIDE, CellsScene.SIDE);
        Metric.Accumulator iou = Metrics.iou().start(output);
        Metric.Accumulator accuracy = Metrics.accuracy().start(output);
        BufferedImage picture =
                new BufferedImage(
                        COLUMNS * SCALE * CellsScene.SIDE,
                        3 * SCALE * CellsScene.SIDE,
                        BufferedImage.TYPE_INT_RGB);
        List<CellsScene> scenes = scenes(OF_TEST, TESTED);
        long common = 0;
        long either = 0;
        for (int n = 0; n < TESTED; n++) {
            CellsScene scene = scenes.get(n);
            double[] logits = model.predict(scene.pixels(), 255);
            iou.add(logits, scene.labels(), 1);
            accuracy.add(logits, scene.labels(), 1);
            for (int i = 0; i < scene.labels().length; i++) {
                boolean truth = scene.labels()[i] == CELL;
                boolean cell = cell(logits, i);
                common += truth && cell ? 1 : 0;
                either += truth || cell ? 1 : 0;
            }
            if (n < COLUMNS) {
                show(picture, n, scene, logits);
            }
        }
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put("iou_cells", common / (double) either);
        measures.put("iou_mean", iou.value());
        measures.put("pixel_accuracy", accuracy.value());
        return new Result(TESTED, measures, picture);
    }

    private static boolean cell(double[] logits, int pixel) {
        return logits[CellsScene.SIDE * CellsScene.SIDE + pixel] > logits[pixel];
    }

    private static void show(BufferedImage picture, int n, CellsScene scene, double[] logits) {
        BufferedImage found = layer();
        BufferedImage wrong = layer();
        for (int i = 0; i < scene.labels().length; i++) {
            boolean cell = cell(logits, i);
            boolean truth = scene.labels()[i] == CELL;
            int x = i % CellsScene.SIDE;
            int y = i / CellsScene.SIDE;
            if (cell) {
                found.setRGB(x, y, FOUND.getRGB());
            }
            if (cell != truth) {
                wrong.setRGB(x, y, (truth ? MISSED : INVENTED).getRGB());
            }
        }
        int side = SCALE * CellsScene.SIDE;
        Graphics2D graphics = picture.createGraphics();
        for (int row = 0; row < 3; row++) {
            graphics.drawImage(scene.image(), n * side, row * side, side, side, null);
        }
        graphics.drawImage(found, n * side, side, side, side, null);
        graphics.drawImage(wrong, n * side, 2 * side, side, side, null);
        graphics.dispose();
    }

    private static BufferedImage layer() {
        return new BufferedImage(CellsScene.SIDE, CellsScene.SIDE, BufferedImage.TYPE_INT_ARGB);
    }
}
