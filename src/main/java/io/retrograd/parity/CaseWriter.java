package io.retrograd.parity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.interop.SafeTensor;
import io.retrograd.interop.Safetensors;
import io.retrograd.interop.SafetensorsFile;
import io.retrograd.layer.Layer;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.DoubleStream;

/** Writes cases of single layers, with the float64 reference's results as the expected ones. */
public final class CaseWriter {
    private static final JsonMapper JSON = new JsonMapper();

    private CaseWriter() {}

    /**
     * Writes one case.
     *
     * @param training whether the layer is bound to train
     * @param given {@code input}, {@code grad_output}, parameters and running statistics, by name
     * @param source where the case comes from
     * @throws IllegalArgumentException if the layer is not of this library
     * @throws IOException if the file cannot be written
     */
    public static void write(
            Path path,
            Layer layer,
            Shape input,
            boolean training,
            Map<String, double[]> given,
            String source)
            throws IOException {
        CaseForm form = CaseForm.of(layer, training);
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("op", form.op());
        description.put("attrs", form.attributes());
        description.put("source", source);
        Map<String, SafeTensor> tensors = new LinkedHashMap<>();
        try (Backend reference = Backends.open("reference", "float64", 1);
                Parameters parameters = new Parameters(reference, /* seed= */ 0)) {
            run(layer, input, training, given, parameters, tensors);
        }
        Safetensors.write(path, new SafetensorsFile(Map.of("case", text(description)), tensors));
    }

    private static void run(
            Layer layer,
            Shape input,
            boolean training,
            Map<String, double[]> given,
            Parameters parameters,
            Map<String, SafeTensor> tensors) {
        Binder binder = new Binder(parameters, BindOptions.inspect(training));
        Tensor x = layer.input(binder, input);
        Tensor y = layer.bind(binder, x);
        binder.keep(y);
        try (Binding binding = binder.commit()) {
            set(tensors, "input", x, given);
            parameters.named().forEach((name, parameter) -> set(tensors, name, parameter, given));
            binding.forward();
            set(tensors, "grad_output", y.requireGrad(), given);
            binding.backward();
            put(tensors, "output", y);
            if (x.grad() != null) {
                put(tensors, "grad_input", x.requireGrad());
            }
            parameters.tensors().forEach(w -> put(tensors, "grad_" + w.name(), w.requireGrad()));
            parameters.states().forEach(state -> put(tensors, "final_" + state.name(), state));
        }
    }

    private static void set(
            Map<String, SafeTensor> tensors,
            String name,
            Tensor tensor,
            Map<String, double[]> given) {
        double[] values = given.get(name);
        if (values == null) {
            throw new IllegalArgumentException("case: expected values of " + name + ", got none");
        }
        tensor.copyFrom(values);
        put(tensors, name, tensor);
    }

    private static void put(Map<String, SafeTensor> tensors, String name, Tensor tensor) {
        double[] values = tensor.toArray();
        tensors.put(
                name,
                tensor.dtype() == DType.INT32
                        ? SafeTensor.of(
                                tensor.shape(),
                                DoubleStream.of(values).mapToLong(value -> (long) value).toArray())
                        : SafeTensor.of(tensor.shape(), values));
    }

    private static String text(Map<String, Object> description) {
        try {
            return JSON.writeValueAsString(description);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
