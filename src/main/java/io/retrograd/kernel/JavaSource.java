package io.retrograd.kernel;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles a Java source in memory. */
final class JavaSource {
    private JavaSource() {}

    /**
     * The classes of a source, whose methods know their parameters' names.
     *
     * @param file its name, {@code Ref.java}
     * @throws IllegalArgumentException if it does not compile; the message has the first error
     */
    static List<Class<?>> compile(String file, String source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IllegalStateException(
                    file + ": expected a JDK, which has a compiler, got a Java without one");
        }
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        Compiled compiled =
                new Compiled(compiler.getStandardFileManager(problems, Locale.ROOT, null));
        boolean done =
                compiler.getTask(
                                null,
                                compiled,
                                problems,
                                List.of("-parameters", "-proc:none"),
                                null,
                                List.of(new Source(file, source)))
                        .call();
        if (!done) {
            String first =
                    problems.getDiagnostics().stream()
                            .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
                            .findFirst()
                            .map(each -> each.getLineNumber() + ": " + each.getMessage(Locale.ROOT))
                            .orElse("it does not compile");
            throw new IllegalArgumentException(file + ":" + first);
        }
        return compiled.load(file);
    }

    /** The source, as a file of a name that its public class asks for. */
    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String file, String text) {
            super(URI.create("memory:///" + file.replaceAll("[^\\w.]", "_")), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /** Takes classes in place of a folder. */
    private static final class Compiled extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> classes = new LinkedHashMap<>();

        Compiled(JavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(
                    URI.create("memory:///" + name.replace('.', '/') + kind.extension), kind) {
                @Override
                public OutputStream openOutputStream() {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    classes.put(name, bytes);
                    return bytes;
                }
            };
        }

        List<Class<?>> load(String file) {
            ClassLoader loader =
                    new ClassLoader(JavaSource.class.getClassLoader()) {
                        @Override
                        protected Class<?> findClass(String name) throws ClassNotFoundException {
                            ByteArrayOutputStream bytes = classes.get(name);
                            if (bytes == null) {
                                throw new ClassNotFoundException(name);
                            }
                            byte[] code = bytes.toByteArray();
                            return defineClass(name, code, 0, code.length);
                        }
                    };
            List<Class<?>> loaded = new ArrayList<>();
            try {
                for (String name : classes.keySet()) {
                    loaded.add(loader.loadClass(name));
                }
            } catch (ClassNotFoundException | LinkageError e) {
                throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
            }
            return loaded;
        }
    }
}
