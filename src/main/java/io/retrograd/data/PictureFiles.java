package io.retrograd.data;

import io.retrograd.file.FileException;
import io.retrograd.image.PictureReader;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * The pictures of a folder that holds a folder for each class, in the order of their names; those
 * in folders further below too. Links are followed.
 *
 * @param names of the classes, in order
 * @param labels the class of each file
 * @param broken what cannot be a picture's file, each with its path and the reason
 * @param others how many files have names of something else
 */
record PictureFiles(
        List<String> names,
        List<Path> files,
        List<Integer> labels,
        List<String> broken,
        int others) {
    PictureFiles {
        names = List.copyOf(names);
        files = List.copyOf(files);
        labels = List.copyOf(labels);
        broken = List.copyOf(broken);
    }

    /**
     * Lists a folder.
     *
     * @throws IOException if it cannot be read, or holds less than two folders; the message names
     *     it
     */
    static PictureFiles list(Path folder) throws IOException {
        List<String> names = classes(folder);
        if (names.size() < 2) {
            throw new IOException(
                    String.format(
                            "%s: expected at least 2 folders, one a class, got %d",
                            folder, names.size()));
        }
        return list(folder, names);
    }

    /**
     * Lists a folder whose classes are known.
     *
     * @throws IOException if it cannot be read, lacks the folder of a class or has another
     */
    static PictureFiles list(Path folder, List<String> names) throws IOException {
        List<String> found = classes(folder);
        if (!found.equals(names)) {
            throw new IOException(
                    String.format(
                            "%s: expected the folders of the classes to train on, %s, got %s",
                            folder, names, found));
        }
        List<Path> files = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        Walk walk = new Walk();
        for (int label = 0; label < names.size(); label++) {
            Path of = folder.resolve(names.get(label));
            walk.files.clear();
            FileException.acting(
                    "look for pictures",
                    of,
                    () ->
                            Files.walkFileTree(
                                    of,
                                    EnumSet.of(FileVisitOption.FOLLOW_LINKS),
                                    Integer.MAX_VALUE,
                                    walk));
            walk.files.sort(Comparator.comparing(Path::toString));
            for (Path file : walk.files) {
                files.add(file);
                labels.add(label);
            }
        }
        walk.broken.sort(Comparator.naturalOrder());
        return new PictureFiles(names, files, labels, walk.broken, walk.others);
    }

    private static List<String> classes(Path folder) throws IOException {
        return FileException.doing(
                "look for classes",
                folder,
                () -> {
                    try (Stream<Path> inside = Files.list(folder)) {
                        return inside.filter(Files::isDirectory)
                                .map(path -> String.valueOf(path.getFileName()))
                                .filter(name -> !name.startsWith("."))
                                .sorted()
                                .toList();
                    }
                });
    }

    /** Collects what is called like a picture. */
    private static final class Walk extends SimpleFileVisitor<Path> {
        private final List<Path> files = new ArrayList<>();
        private final List<String> broken = new ArrayList<>();
        private int others;

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            if (PictureReader.named(folder)) {
                broken.add(folder + ": expected a picture, got a folder");
                return FileVisitResult.SKIP_SUBTREE;
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (PictureReader.named(file)) {
                files.add(file);
            } else {
                others++;
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            broken.add(file + ": cannot be read: " + FileException.why(file.toString(), e));
            return FileVisitResult.CONTINUE;
        }
    }
}
