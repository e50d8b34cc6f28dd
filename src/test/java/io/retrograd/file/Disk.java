package io.retrograd.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory, under a file system, that counts its operations and fails at one of them.
 *
 * <p>It knows of each file and folder both what programs see and what is forced, which is all that
 * is sure to be there after a power cut.
 */
final class Disk {
    /** The fault that starts at an operation. */
    enum Fault {
        NONE,
        /** The power is cut: nothing happens any more. */
        CUT,
        /** No space: a write does half, then none. */
        FULL,
        /** Nothing may be created, changed, moved or deleted; what is open stays so. */
        DENIED,
        /** This one operation fails. */
        ERROR
    }

    /** The part of unforced data that a power cut destroys. */
    enum Loss {
        NOTHING,
        CONTENTS,
        NAMES,
        ALL
    }

    /** The kind of an operation, for the faults that depend on it. */
    enum Kind {
        LOOK,
        OPEN,
        CREATE,
        WRITE,
        CHANGE
    }

    static final class Node {
        final @Nullable Map<String, Node> names;
        Map<String, Node> forcedNames = new TreeMap<>();
        byte[] bytes = new byte[0];
        byte[] forcedBytes = new byte[0];

        Node(boolean folder) {
            names = folder ? new TreeMap<>() : null;
        }

        boolean folder() {
            return names != null;
        }

        void force() {
            forcedBytes = bytes.clone();
            if (names != null) {
                forcedNames = new TreeMap<>(names);
            }
        }

        /** The state after a power cut. */
        Node after(Loss loss) {
            Node node = new Node(folder());
            if (names == null) {
                node.bytes =
                        (loss == Loss.NOTHING || loss == Loss.NAMES ? bytes : forcedBytes).clone();
            } else {
                (loss == Loss.NOTHING || loss == Loss.CONTENTS ? names : forcedNames)
                        .forEach((name, child) -> node.names.put(name, child.after(loss)));
            }
            node.force();
            return node;
        }
    }

    final DiskFileSystem files = new DiskFileSystem(this);
    private Node root = new Node(/* folder= */ true);
    private int longestWrite = Integer.MAX_VALUE;
    private Fault fault = Fault.NONE;
    private int at;
    private int operations;

    Path path(String path) {
        return files.getPath(path);
    }

    /** Has each write take no more than this. */
    void shorten(int most) {
        longestWrite = most;
    }

    /** Has the n-th operation from here on fail. */
    void fail(Fault kind, int n) {
        fault = kind;
        at = n;
        operations = 0;
    }

    int operations() {
        return operations;
    }

    /** All is well again. */
    void heal() {
        fault = Fault.NONE;
        operations = 0;
    }

    /** The disk after a power cut; this one is left as it is. */
    Disk after(Loss loss) {
        Disk disk = new Disk();
        disk.root = root.after(loss);
        return disk;
    }

    /** Counts an operation, which fails if it is its turn. */
    private void count(Path path, Kind kind) throws IOException {
        operations++;
        boolean due = fault != Fault.NONE && operations >= at;
        if (!due) {
            return;
        }
        switch (fault) {
            case CUT -> throw new IOException("the power is off");
            case FULL -> {
                if (kind == Kind.CREATE || kind == Kind.WRITE) {
                    throw new FileSystemException(path.toString(), null, "No space left on device");
                }
            }
            case DENIED -> {
                if (kind == Kind.OPEN || kind == Kind.CREATE || kind == Kind.CHANGE) {
                    throw new AccessDeniedException(path.toString());
                }
            }
            default -> {
                if (operations == at) {
                    throw new IOException("Input/output error");
                }
            }
        }
    }

    void look(Path path) throws IOException {
        count(path, Kind.LOOK);
    }

    private @Nullable Node find(Path path) {
        Node node = root;
        for (Path name : path.toAbsolutePath().normalize()) {
            node = node == null || node.names == null ? null : node.names.get(name.toString());
        }
        return node;
    }

    Node get(Path path) throws IOException {
        look(path);
        Node node = find(path);
        if (node == null) {
            throw new NoSuchFileException(path.toString());
        }
        return node;
    }

    private Map<String, Node> folderOf(Path path) throws IOException {
        Node node = find(path.toAbsolutePath().getParent());
        if (node == null || node.names == null) {
            throw new NoSuchFileException(path.toString());
        }
        return node.names;
    }

    /** Opens a file; where there is none, creates it if asked to. */
    Node open(Path path, boolean write, boolean create, boolean createNew) throws IOException {
        Node node = find(path);
        boolean made = node == null && (create || createNew);
        count(path, made ? Kind.CREATE : write ? Kind.OPEN : Kind.LOOK);
        if (node != null && createNew) {
            throw new FileAlreadyExistsException(path.toString());
        }
        if (made) {
            node = new Node(/* folder= */ false);
            folderOf(path).put(path.getFileName().toString(), node);
        }
        if (node == null) {
            throw new NoSuchFileException(path.toString());
        }
        return node;
    }

    void createFolder(Path path) throws IOException {
        count(path, Kind.CREATE);
        Map<String, Node> folder = folderOf(path);
        if (folder.containsKey(path.getFileName().toString())) {
            throw new FileAlreadyExistsException(path.toString());
        }
        folder.put(path.getFileName().toString(), new Node(/* folder= */ true));
    }

    void delete(Path path) throws IOException {
        count(path, Kind.CHANGE);
        if (folderOf(path).remove(path.getFileName().toString()) == null) {
            throw new NoSuchFileException(path.toString());
        }
    }

    void move(Path from, Path to) throws IOException {
        count(from, Kind.CHANGE);
        Node node = folderOf(from).remove(from.getFileName().toString());
        if (node == null) {
            throw new NoSuchFileException(from.toString());
        }
        folderOf(to).put(to.getFileName().toString(), node);
    }

    /** Writes some of the bytes, and returns how many. */
    int write(Path path, Node node, long position, byte[] bytes) throws IOException {
        int most = Math.min(bytes.length, longestWrite);
        try {
            count(path, Kind.WRITE);
        } catch (IOException e) {
            if (operations == at && fault != Fault.ERROR) {
                put(node, position, Arrays.copyOf(bytes, most / 2));
            }
            throw e;
        }
        put(node, position, Arrays.copyOf(bytes, most));
        return most;
    }

    private static void put(Node node, long position, byte[] bytes) {
        int end = (int) position + bytes.length;
        if (end > node.bytes.length) {
            node.bytes = Arrays.copyOf(node.bytes, end);
        }
        System.arraycopy(bytes, 0, node.bytes, (int) position, bytes.length);
    }

    void truncate(Path path, Node node, long size) throws IOException {
        count(path, Kind.LOOK);
        node.bytes = Arrays.copyOf(node.bytes, (int) Math.min(size, node.bytes.length));
    }

    void force(Path path, Node node) throws IOException {
        count(path, Kind.LOOK);
        node.force();
    }
}
