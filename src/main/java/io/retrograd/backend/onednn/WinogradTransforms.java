package io.retrograd.backend.onednn;

/**
 * The transforms of Winograd's F(2, 3) in one dimension, on the first {@code n} elements of arrays:
 * with
 *
 * <pre>
 *        | 1  0 -1  0 |       | 1    0    0   |        | 1  1  1  0 |
 *   Bᵀ = | 0  1  1  0 |   G = | 1/2  1/2  1/2 |   Aᵀ = | 0  1 -1 -1 |
 *        | 0 -1  1  0 |       | 1/2 -1/2  1/2 |
 *        | 0  1  0 -1 |       | 0    0    1   |
 * </pre>
 *
 * two neighbouring sums of three products are {@code Aᵀ ((G g) ⊙ (Bᵀ d))} of the three factors g
 * and the four inputs d: four products in place of six. Applied to columns and then to rows they
 * make F(2x2, 3x3).
 *
 * <p>The JVM computes several elements by one instruction only in loops like these: each array of
 * its own, all at the index that counts, and all read before any is written. With a variable offset
 * they take four times as long.
 */
final class WinogradTransforms {
    private WinogradTransforms() {}

    /** {@code (o0, o1, o2, o3) = Bᵀ (a, b, c, d)} */
    static void input(float[] a, float[] b, float[] c, float[] d, float[][] out, int n) {
        difference(a, c, out[0], n);
        sumAndDifference(c, b, out[1], out[2], n);
        difference(b, d, out[3], n);
    }

    private static void difference(float[] a, float[] b, float[] out, int n) {
        for (int i = 0; i < n; i++) {
            out[i] = a[i] - b[i];
        }
    }

    private static void sumAndDifference(
            float[] a, float[] b, float[] sum, float[] difference, int n) {
        for (int i = 0; i < n; i++) {
            float va = a[i];
            float vb = b[i];
            sum[i] = va + vb;
            difference[i] = va - vb;
        }
    }

    /** {@code (o0, o1) = Aᵀ (a, b, c, d)} */
    static void output(float[][] in, float[] o0, float[] o1, int n) {
        float[] a = in[0];
        float[] b = in[1];
        float[] c = in[2];
        float[] d = in[3];
        for (int i = 0; i < n; i++) {
            float va = a[i];
            float vb = b[i];
            float vc = c[i];
            float vd = d[i];
            o0[i] = va + vb + vc;
            o1[i] = vb - vc - vd;
        }
    }

    /** {@code (o0, o1, o2, o3) = A (a, b)}, the gradient of {@link #output}. */
    static void outputGradient(float[] a, float[] b, float[][] out, int n) {
        float[] o0 = out[0];
        float[] o1 = out[1];
        float[] o2 = out[2];
        float[] o3 = out[3];
        for (int i = 0; i < n; i++) {
            float va = a[i];
            float vb = b[i];
            o0[i] = va;
            o1[i] = va + vb;
            o2[i] = va - vb;
            o3[i] = -vb;
        }
    }

    /** {@code (o0, o1, o2, o3) = G (a, b, c)} */
    static void weight(float[] a, float[] b, float[] c, float[][] out, int n) {
        float[] o0 = out[0];
        float[] o1 = out[1];
        float[] o2 = out[2];
        float[] o3 = out[3];
        for (int i = 0; i < n; i++) {
            float va = a[i];
            float vb = b[i];
            float vc = c[i];
            float outer = 0.5f * (va + vc);
            float inner = 0.5f * vb;
            o0[i] = va;
            o1[i] = outer + inner;
            o2[i] = outer - inner;
            o3[i] = vc;
        }
    }

    /** {@code (o0, o1, o2) = Gᵀ (a, b, c, d)}, the gradient of {@link #weight}. */
    static void weightGradient(float[][] in, float[] o0, float[] o1, float[] o2, int n) {
        float[] a = in[0];
        float[] b = in[1];
        float[] c = in[2];
        float[] d = in[3];
        for (int i = 0; i < n; i++) {
            float va = a[i];
            float vb = b[i];
            float vc = c[i];
            float vd = d[i];
            float half = 0.5f * (vb + vc);
            o0[i] = va + half;
            o1[i] = 0.5f * (vb - vc);
            o2[i] = half + vd;
        }
    }

    /** {@code a += b} */
    static void add(float[] a, float[] b, int n) {
        for (int i = 0; i < n; i++) {
            a[i] += b[i];
        }
    }

    /** {@code a = max(0, a)} */
    static void relu(float[] a, int n) {
        for (int i = 0; i < n; i++) {
            a[i] = Math.max(0, a[i]);
        }
    }
}
