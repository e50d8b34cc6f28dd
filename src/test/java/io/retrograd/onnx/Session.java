package io.retrograd.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.retrograd.tensor.Shape;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** An ONNX file, run by ONNX Runtime on one thread. */
final class Session implements AutoCloseable {
    private static final OrtEnvironment ENVIRONMENT =
            OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);

    private final OrtSession session;

    Session(Path file) throws OrtException {
        this(file, OrtSession.SessionOptions.OptLevel.ALL_OPT);
    }

    /** Node by node: optimizing removes dropout, also where it is to drop. */
    static Session asWritten(Path file) throws OrtException {
        return new Session(file, OrtSession.SessionOptions.OptLevel.NO_OPT);
    }

    private Session(Path file, OrtSession.SessionOptions.OptLevel level) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(level);
            options.setIntraOpNumThreads(1);
            session = ENVIRONMENT.createSession(file.toString(), options);
        }
    }

    OrtSession ort() {
        return session;
    }

    /** The outputs for these inputs; int64 where the file asks for that. */
    Map<String, double[]> run(Map<String, double[]> inputs, Map<String, Shape> shapes)
            throws OrtException {
        Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, double[]> input : inputs.entrySet()) {
            Shape shape = shapes.get(input.getKey());
            tensors.put(input.getKey(), tensor(input.getKey(), input.getValue(), shape));
        }
        Map<String, double[]> outputs = new LinkedHashMap<>();
        try (OrtSession.Result result = session.run(tensors)) {
            for (Map.Entry<String, OnnxValue> output : result) {
                FloatBuffer values = ((OnnxTensor) output.getValue()).getFloatBuffer();
                double[] array = new double[values.remaining()];
                for (int i = 0; i < array.length; i++) {
                    array[i] = values.get(i);
                }
                outputs.put(output.getKey(), array);
            }
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
        return outputs;
    }

    private OnnxTensor tensor(String name, double[] values, Shape shape) throws OrtException {
        long[] sizes = shape.dims().stream().mapToLong(Integer::longValue).toArray();
        TensorInfo info = (TensorInfo) session.getInputInfo().get(name).getInfo();
        if (info.type == ai.onnxruntime.OnnxJavaType.INT64) {
            LongBuffer whole = LongBuffer.allocate(values.length);
            for (double value : values) {
                whole.put((long) value);
            }
            return OnnxTensor.createTensor(ENVIRONMENT, whole.flip(), sizes);
        }
        FloatBuffer floats = FloatBuffer.allocate(values.length);
        for (double value : values) {
            floats.put((float) value);
        }
        return OnnxTensor.createTensor(ENVIRONMENT, floats.flip(), sizes);
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
