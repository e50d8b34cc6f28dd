package io.retrograd.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.interop.Npy;
import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads tables and arrays. */
class TablesTest {
    @TempDir private Path folder;

    private CsvTable read(String text, String label) throws IOException {
        Path file = folder.resolve("t.csv");
        Files.writeString(file, text);
        return CsvTable.read(file, label, /* separator= */ null, /* header= */ true);
    }

    @Test
    void readsQuotesMarksSeparatorsAndLineEnds() throws IOException {
        CsvTable table =
                read(
                        "\uFEFFa;\"the \"\"class\"\"\";b\r\n1;\"x;1\";-2.5e1\r\n\r\n3;y;4",
                        "the \"class\"");
        assertEquals(List.of("a", "b"), table.columns());
        assertEquals(List.of("x;1", "y"), table.labelNames());
        assertEquals(List.of(0, 1), table.labels());
        assertArrayEquals(new float[] {1, -25}, table.rows().get(0));
        assertArrayEquals(new float[] {3, 4}, table.rows().get(1));
    }

    @ParameterizedTest
    @CsvSource({"2", "-1"})
    void columnsMayHaveNumbersAlone(String label) throws IOException {
        CsvTable table = read("1,2,10\n3,4,9\n5,6,10\n", label);
        assertEquals(List.of("9", "10"), table.labelNames());
        assertEquals(List.of(1, 0, 1), table.labels());
        assertEquals(List.of("0", "1"), table.columns());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a,b\\n1,x\\n2\\n|c|expected a column of labels c",
                "a,b\\n1,x\\n2\\n|b|line 3: expected 2 values, got 1",
                "a,b\\n1,x\\n?,y\\n|b|line 3, column a: expected a number, got \"?\"",
                "a,b\\n1,x\\nnan,y\\n|b|line 3, column a: expected a number",
                "a,b\\n1,x\\n2,x\\n|b|expected labels of 2 to 1000 classes, got 1",
                "a,b\\n1,\"x\\n|b|line 2: expected a closing quote",
                "b\\nx\\ny\\n|b|expected rows of numbers beside the labels",
                "''|b|expected rows of numbers, got none",
            })
    void othersAreRefused(String text, String label, String message) {
        IOException e =
                assertThrows(IOException.class, () -> read(text.replace("\\n", "\n"), label));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    /** The means and deviations are those of the rows to train on alone. */
    @Test
    void rowsAreStandardized() throws IOException {
        StringBuilder text = new StringBuilder("v,constant,c\n");
        for (int i = 0; i < 50; i++) {
            text.append(i * i).append(",7,").append(i % 2 == 0 ? "even" : "odd").append('\n');
        }
        TrainTest parts = read(text.toString(), "c").split(Split.STRATIFIED, 1);
        assertEquals(40, parts.train().size());
        double sum = 0;
        double squares = 0;
        double[] row = new double[2];
        for (int i = 0; i < parts.train().size(); i++) {
            parts.train().sample(i, row, 0);
            sum += row[0];
            squares += row[0] * row[0];
            assertEquals(0, row[1]);
        }
        assertEquals(0, sum / 40, 1e-6);
        assertEquals(1, squares / 40, 1e-6);
        Standardization of = ((TableDataset) parts.train()).standardization();
        assertEquals(of, ((TableDataset) parts.test()).standardization());
    }

    private void arrays(Shape shape, double[] x, long... y) throws IOException {
        Npy.write(folder.resolve("x.npy"), shape, x);
        Npy.write(folder.resolve("y.npy"), Shape.of(y.length), y);
    }

    private Path zip() throws IOException {
        Path file = folder.resolve("xy.npz");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            for (String name : List.of("x.npy", "y.npy")) {
                out.putNextEntry(new ZipEntry(name));
                out.write(Files.readAllBytes(folder.resolve(name)));
                out.closeEntry();
            }
        }
        return file;
    }

    @Test
    void readsArraysFromFoldersFilesAndArchives() throws IOException {
        arrays(Shape.of(3, 2), new double[] {1, 2, 3, 4, 5, 6}, 0, 2, 1);
        for (LabelledDataset data :
                List.of(
                        NpyData.load(folder, null),
                        NpyData.load(folder.resolve("x.npy"), folder.resolve("y.npy")),
                        NpyData.load(zip(), null),
                        NpyDataset.open(folder.resolve("x.npy"), new int[] {0, 2, 1}, 3))) {
            assertEquals(3, data.size());
            assertEquals(3, data.classes());
            assertEquals(Shape.of(2), data.sampleShape());
            assertEquals(2, data.label(1));
            double[] row = new double[3];
            data.sample(2, row, 1);
            assertArrayEquals(new double[] {0, 5, 6}, row);
        }
    }

    @Test
    void arraysThatDoNotFitAreRefused() throws IOException {
        arrays(Shape.of(3, 2), new double[6], 0, 1);
        assertThrows(IOException.class, () -> NpyData.load(folder, null));
        arrays(Shape.of(2, 2), new double[4], 0, -1);
        assertThrows(IOException.class, () -> NpyData.load(folder, null));
        Path file = folder.resolve("no.npz");
        Files.writeString(file, "no archive");
        IOException e = assertThrows(IOException.class, () -> NpyData.load(file, null));
        assertTrue(e.getMessage().contains("an archive of numpy.savez"), e.getMessage());
    }
}
