package heed.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.file.Path;
import java.util.Map;

/// The same ONNX file, token ids and pooling, computed by ONNX Runtime.
final class OnnxRuntimeOracle implements AutoCloseable {
    private final OrtSession session;

    OnnxRuntimeOracle(Path weights) throws OrtException {
        session = OrtEnvironment.getEnvironment().createSession(weights.toString());
    }

    /// Mean over the tokens of the last hidden state, scaled to length 1: `[384]`.
    double[] embed(int[] ids) throws OrtException {
        long[][] tokens = new long[1][ids.length];
        long[][] ones = new long[1][ids.length];
        for (int i = 0; i < ids.length; i++) {
            tokens[0][i] = ids[i];
            ones[0][i] = 1;
        }
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OnnxTensor inputIds = OnnxTensor.createTensor(environment, tokens);
                OnnxTensor mask = OnnxTensor.createTensor(environment, ones);
                OnnxTensor types = OnnxTensor.createTensor(environment, new long[1][ids.length]);
                OrtSession.Result result =
                        session.run(Map.of("input_ids", inputIds, "attention_mask", mask, "token_type_ids", types))) {
            return pool(((float[][][]) result.get(0).getValue())[0]);
        }
    }

    private static double[] pool(float[][] states) {
        double[] sum = new double[states[0].length];
        for (float[] state : states) {
            for (int j = 0; j < sum.length; j++) {
                sum[j] += state[j];
            }
        }
        double squares = 0;
        for (double element : sum) {
            squares += element * element;
        }
        for (int j = 0; j < sum.length; j++) {
            sum[j] /= Math.sqrt(squares);
        }
        return sum;
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
