package io.retrograd.backend.cuda;

import io.retrograd.operation.CudaSource;
import io.retrograd.tensor.DType;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The kernels of a user's function, whose parameters say by their names what they are given; {@link
 * CudaSource} lists the names.
 */
final class CustomKernels {
    private static final String GRADIENT = "d";

    /** A size in a launch. */
    private static final Pattern SIZE =
            Pattern.compile("(\\d{1,9}|[A-Za-z_]\\w*)\\s*(?:/\\s*(\\d{1,9}))?");

    private final String function;
    private final DType dtype;
    private final CudaSource source;
    private final Map<String, CudaKernel> kernels;

    /** Input, output and parameters by name, and their gradients as far as they have any. */
    private final Map<String, CudaTensor> arrays = new LinkedHashMap<>();

    private final Map<String, Integer> numbers = new LinkedHashMap<>();

    /**
     * Compiles them.
     *
     * @param tensors x, y and the parameters, by name
     * @throws IllegalArgumentException if the source does not compile, if a kernel takes what there
     *     is not, or if not everything is written that must be
     */
    CustomKernels(
            CudaDevice device,
            String function,
            CudaSource source,
            Map<String, CudaTensor> tensors) {
        this.function = function;
        dtype = device.precision().dtype();
        this.source = source;
        tensors.forEach(this::add);
        source.constants().forEach(this::constant);
        List<String> names =
                Stream.concat(source.forward().stream(), source.backward().stream())
                        .map(CudaSource.Kernel::name)
                        .distinct()
                        .toList();
        kernels = device.kernels().compile(function + ".cu", source.source(), names);
        Set<String> gradients = new TreeSet<>();
        tensors.keySet().forEach(name -> gradients.add(GRADIENT + name));
        Set<String> all = new TreeSet<>(gradients);
        all.addAll(tensors.keySet());
        gradients.remove("dy");
        check("forward", source.forward(), Set.of("y"), new TreeSet<>(tensors.keySet()));
        check("backward", source.backward(), gradients, all);
    }

    private void add(String name, CudaTensor tensor) {
        name(name, tensor);
        CudaTensor gradient = tensor.gradient();
        if (gradient != null) {
            name(GRADIENT + name, gradient);
        }
        numbers.put(name + "_size", tensor.size());
        for (int i = 0; i < tensor.shape().rank(); i++) {
            numbers.put(name + "_dim" + i, tensor.dim(i));
        }
    }

    private void constant(String name, double value) {
        if (arrays.containsKey(name) || numbers.containsKey(name) || name.equals("n")) {
            throw new IllegalArgumentException(
                    function + ": expected constants that are named as nothing else, got " + name);
        }
    }

    private void name(String name, CudaTensor tensor) {
        if (arrays.put(name, tensor) != null) {
            throw new IllegalArgumentException(
                    function
                            + ": expected one array named "
                            + name
                            + ", got two; rename a parameter");
        }
    }

    /**
     * Checks that the kernels of a pass write all that they must and nothing else, and take only
     * what there is.
     */
    private void check(
            String pass, List<CudaSource.Kernel> list, Set<String> wanted, Set<String> given) {
        Set<String> missing = new HashSet<>(wanted);
        for (CudaSource.Kernel kernel : list) {
            if (parameters(kernel).stream().noneMatch(KernelSignature.Parameter::written)) {
                throw wrong(kernel, "a parameter that is written, of " + wanted, "none");
            }
            for (KernelSignature.Parameter parameter : parameters(kernel)) {
                String name = parameter.name();
                if (parameter.array() && !given.contains(name)) {
                    throw wrong(kernel, "an array of " + given, parameter.text());
                }
                if (parameter.array() && !parameter.takes(dtype)) {
                    throw wrong(kernel, "an array of real", parameter.text());
                }
                if (!parameter.array() && !isNumber(name)) {
                    throw wrong(kernel, "n or a number of " + names(), parameter.text());
                }
                if (parameter.written() && !wanted.contains(name)) {
                    throw wrong(kernel, pass + " to write " + wanted, parameter.text());
                }
                if (parameter.written()) {
                    missing.remove(name);
                }
            }
        }
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected %s kernels that write %s, got none for %s",
                            function, pass, wanted, missing));
        }
    }

    private boolean isNumber(String name) {
        return name.equals("n")
                || numbers.containsKey(name)
                || source.constants().containsKey(name);
    }

    private List<String> names() {
        return Stream.concat(
                        numbers.keySet().stream(), source.constants().keySet().stream().sorted())
                .toList();
    }

    /** Lists those that compute y. */
    void forward(CudaPass pass) {
        list(pass, source.forward(), arrays);
    }

    /** Lists those that compute the gradients, what is not wanted into memory of the pass. */
    void backward(CudaPass pass) {
        Map<String, CudaTensor> all = new LinkedHashMap<>(arrays);
        arrays.forEach(
                (name, tensor) -> {
                    if (tensor.gradient() == null && !name.equals("y")) {
                        all.computeIfAbsent(
                                GRADIENT + name,
                                d -> pass.temporary(d, tensor.dtype(), tensor.size()));
                    }
                });
        list(pass, source.backward(), all);
        for (CudaSource.Kernel kernel : source.backward()) {
            parameters(kernel).stream()
                    .filter(parameter -> parameter.array() && !parameter.written())
                    .map(parameter -> Objects.requireNonNull(all.get(parameter.name())))
                    .forEach(pass::reads);
        }
    }

    private void list(
            CudaPass pass, List<CudaSource.Kernel> kernels, Map<String, CudaTensor> given) {
        if (!source.apart()) {
            kernels.forEach(kernel -> list(pass, kernel, given));
            return;
        }
        Map<String, CudaTensor> copies = new LinkedHashMap<>();
        given.forEach(
                (name, tensor) -> {
                    CudaTensor copy = apart(tensor);
                    copies.put(name, copy);
                    pass.copy(tensor, copy);
                });
        kernels.forEach(kernel -> list(pass, kernel, copies));
        for (CudaSource.Kernel kernel : kernels) {
            parameters(kernel).stream()
                    .filter(KernelSignature.Parameter::written)
                    .map(KernelSignature.Parameter::name)
                    .forEach(
                            name ->
                                    pass.copy(
                                            Objects.requireNonNull(copies.get(name)),
                                            Objects.requireNonNull(given.get(name))));
        }
    }

    /** Memory like a tensor's, whose end is the end of what was allocated. */
    private static CudaTensor apart(CudaTensor tensor) {
        CudaTensor copy =
                new CudaTensor(
                        tensor.device(), tensor.name(), tensor.shape(), tensor.dtype(), null);
        copy.place(new CudaMemory.Block(tensor.device(), copy.bytes()), 0);
        return copy;
    }

    private void list(CudaPass pass, CudaSource.Kernel kernel, Map<String, CudaTensor> given) {
        KernelSignature.Parameter first =
                parameters(kernel).stream()
                        .filter(KernelSignature.Parameter::written)
                        .findFirst()
                        .orElseThrow();
        int n = Objects.requireNonNull(given.get(first.name())).size();
        @Nullable Object[] arguments = new Object[parameters(kernel).size()];
        for (int i = 0; i < arguments.length; i++) {
            KernelSignature.Parameter parameter = parameters(kernel).get(i);
            arguments[i] =
                    parameter.array() ? given.get(parameter.name()) : number(kernel, parameter, n);
        }
        Grid grid =
                new Grid(
                        size(kernel, kernel.blocks(), n),
                        size(kernel, kernel.threads(), n),
                        evaluated(kernel, kernel.shared(), n),
                        /* elements= */ 0);
        pass.launch(kernel(kernel), grid, arguments);
    }

    /** A number as a kernel's parameter takes it. */
    private Number number(CudaSource.Kernel kernel, KernelSignature.Parameter parameter, int n) {
        if (parameter.name().equals("n")) {
            return n;
        }
        Integer size = numbers.get(parameter.name());
        if (size != null) {
            return size;
        }
        double value = source.constants().getOrDefault(parameter.name(), 0.0);
        if (parameter.type() != ElementType.INT32 && parameter.type() != ElementType.INT64) {
            return value;
        }
        if (value != (int) value) {
            throw wrong(kernel, "a whole number for " + parameter.name(), Double.toString(value));
        }
        return (int) value;
    }

    private Grid.Size size(CudaSource.Kernel kernel, List<String> sizes, int n) {
        int[] values = {1, 1, 1};
        for (int i = 0; i < sizes.size(); i++) {
            values[i] = evaluated(kernel, sizes.get(i), n);
        }
        return new Grid.Size(values[0], values[1], values[2]);
    }

    /** A whole number, a number's name, or that divided by a whole number and rounded up. */
    private int evaluated(CudaSource.Kernel kernel, String size, int n) {
        Matcher parts = SIZE.matcher(size);
        if (parts.matches()) {
            String what = parts.group(1);
            double value =
                    Character.isDigit(what.charAt(0))
                            ? Integer.parseInt(what)
                            : what.equals("n") ? n : sizeOf(what);
            int by = parts.group(2) == null ? 1 : Integer.parseInt(parts.group(2));
            if (value >= 0 && by > 0) {
                return (int) Math.ceil(value / by);
            }
        }
        throw wrong(kernel, "a size such as 128, n or n/128, with one of " + names(), size);
    }

    /** A number by its name; NaN if there is none. */
    private double sizeOf(String name) {
        Integer size = numbers.get(name);
        return size == null ? source.constants().getOrDefault(name, Double.NaN) : size;
    }

    private List<KernelSignature.Parameter> parameters(CudaSource.Kernel kernel) {
        return kernel(kernel).parameters();
    }

    private CudaKernel kernel(CudaSource.Kernel kernel) {
        return Objects.requireNonNull(kernels.get(kernel.name()));
    }

    private IllegalArgumentException wrong(CudaSource.Kernel kernel, String expected, String got) {
        return new IllegalArgumentException(
                String.format(
                        "%s, kernel %s: expected %s, got `%s`",
                        function, kernel.name(), expected, got));
    }
}
