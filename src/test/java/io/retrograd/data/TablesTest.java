package io.retrograd.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.interop.Npy;
import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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
        assertArrayEquals(new double[] {1, -25}, table.rows().get(0));
        assertArrayEquals(new double[] {3, 4}, table.rows().get(1));
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

    /** Others come before, so that all have new numbers, and new means. */
    @Test
    void hashesKeepRowsWhereTheyAre() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            text.append(i).append(i % 2 == 0 ? ",even" : ",odd").append('\n');
        }
        Set<Long> before = tested("v,c\n" + text, 1);
        Set<Long> after = tested("v,c\n100,even\n103,odd\n" + text, 1);
        after.removeIf(value -> value >= 100);
        assertEquals(before, after);
        assertNotEquals(before, tested("v,c\n" + text, 2));
    }

    /** The values of the rows to test on. */
    private Set<Long> tested(String text, long seed) throws IOException {
        TableDataset test = (TableDataset) read(text, "c").split(Split.HASH, seed).test();
        Standardization scale = test.standardization();
        Set<Long> values = new TreeSet<>();
        double[] row = new double[1];
        for (int i = 0; i < test.size(); i++) {
            test.sample(i, row, 0);
            values.add(Math.round(row[0] * scale.stds().get(0) + scale.means().get(0)));
        }
        return values;
    }

    /** Seconds of a day after 1.7 thousand millions: float32 would know them to two minutes. */
    @Test
    void largeNumbersKeepTheirDifferences() throws IOException {
        StringBuilder text = new StringBuilder("time,constant,c\n");
        for (int i = 0; i < 50; i++) {
            text.append(1_700_000_000L + i).append(",0.1,").append(i % 2).append('\n');
        }
        TrainTest parts = read(text.toString(), "c").split(Split.CLASSIC, 1);
        double[] first = new double[2];
        double[] second = new double[2];
        parts.train().sample(0, first, 0);
        parts.train().sample(1, second, 0);
        // 25 whole numbers in a row deviate by √((25² − 1) / 12).
        assertEquals(1 / Math.sqrt(52), second[0] - first[0], 1e-6);
        assertEquals(0, first[1]);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a;b;c\\n1;2;x\\n3;6;y\\n1;2;x\\n3;6;y|c|b;a\\n6;3",
                "a;b;c\\n1;2;x\\n3;6;y\\n1;2;x\\n3;6;y|c|z\ta\tb\\n?\t3\t6",
                "a;b;c\\n1;2;x\\n3;6;y\\n1;2;x\\n3;6;y|c|3;6",
                "9;1;2\\n8;3;6\\n9;1;2\\n8;3;6|0|9;3;6",
                "9;1;2\\n8;3;6\\n9;1;2\\n8;3;6|0|3;6",
                "9;1;2\\n8;3;6\\n9;1;2\\n8;3;6|0|1;2\\n3;6",
            })
    void otherTablesAreReadAsTheOneThatWasTrainedOn(String text, String label, String other)
            throws IOException {
        TrainTest parts = read(text.replace("\\n", "\n"), label).split(Split.CLASSIC, 1);
        Standardization standardization = ((TableDataset) parts.train()).standardization();
        Path file = folder.resolve("other.csv");
        Files.writeString(file, other.replace("\\n", "\n").replace("\\t", "\t"));
        List<float[]> rows = StandardizedRows.read(file, standardization).rows();
        float[] expected = new float[2];
        parts.train().sample(1, expected, 0);
        assertArrayEquals(expected, rows.get(rows.size() - 1));
        assertArrayEquals(new float[] {1, 1}, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a,c\\n1,2|expected one column b, got the columns [a, c]",
                "a,b,b\\n1,2,3|expected one column b, got the columns [a, b, b]",
                "a,b\\n1|line 2: expected 2 values, got 1",
                "a,b\\n1,x|line 2, column b: expected a number, got \"x\"",
                "1,2,3|expected the 2 columns [a, b], got 3",
                "''|expected rows of numbers, got none",
                "a,b|expected rows of numbers, got none",
            })
    void tablesOfOtherColumnsAreRefused(String text, String message) throws IOException {
        Standardization standardization =
                new Standardization(
                        List.of("a", "b"), true, null, List.of(0.0, 0.0), List.of(1.0, 1.0));
        Path file = folder.resolve("other.csv");
        Files.writeString(file, text.replace("\\n", "\n"));
        IOException e =
                assertThrows(IOException.class, () -> StandardizedRows.read(file, standardization));
        assertTrue(e.getMessage().contains(message), e.getMessage());
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
