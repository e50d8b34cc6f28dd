package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_data_type_undef;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_append_binary;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_append_eltwise;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_append_sum;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_set_deterministic;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_set_fpmath_mode;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_set_post_ops;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_set_scratchpad_mode;
import static org.bytedeco.dnnl.global.dnnl.dnnl_scratchpad_mode_user;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;

/**
 * The attributes of a primitive: its multiplications' precision, our scratch memory, and the
 * changes to its result before it stores it, in the order in which that was added.
 */
final class Attributes implements AutoCloseable {
    private final dnnl_primitive_attr handle = new dnnl_primitive_attr();
    private final dnnl_post_ops postOps = new dnnl_post_ops();

    /**
     * Tells oneDNN the number of threads that will run the primitive, which needs memory for each.
     */
    Attributes(Engine engine) {
        engine.useThreads();
        Dnnl.check(dnnl_primitive_attr_create(handle), "attr_create");
        Dnnl.check(dnnl_post_ops_create(postOps), "post_ops_create");
        Dnnl.check(
                dnnl_primitive_attr_set_scratchpad_mode(handle, dnnl_scratchpad_mode_user),
                "attr_set_scratchpad_mode");
        Dnnl.check(
                dnnl_primitive_attr_set_fpmath_mode(handle, engine.precision().mathMode()),
                "attr_set_fpmath_mode");
        Dnnl.check(
                dnnl_primitive_attr_set_deterministic(handle, engine.deterministic() ? 1 : 0),
                "attr_set_deterministic");
    }

    /** Rounds no factor before it is multiplied, whatever the engine's precision. */
    Attributes unrounded() {
        Dnnl.check(
                dnnl_primitive_attr_set_fpmath_mode(handle, Precision.FLOAT32.mathMode()),
                "attr_set_fpmath_mode");
        return this;
    }

    /** Then applies {@code max(0, y)}. */
    Attributes relu() {
        return eltwise(dnnl_eltwise_relu, 0, 0);
    }

    /** Then applies a function of one number. */
    Attributes eltwise(int algorithm, double alpha, double beta) {
        Dnnl.check(
                dnnl_post_ops_append_eltwise(
                        postOps, algorithm, Dnnl.float32(alpha), Dnnl.float32(beta)),
                "post_ops_append_eltwise");
        return this;
    }

    /** Then adds {@code scale} times what stood there before. */
    Attributes sum(double scale) {
        Dnnl.check(
                dnnl_post_ops_append_sum(postOps, Dnnl.float32(scale), 0, dnnl_data_type_undef),
                "post_ops_append_sum");
        return this;
    }

    /** Then combines it with another tensor, an argument of the primitive of its own. */
    Attributes binary(int algorithm, dnnl_memory_desc other) {
        Dnnl.check(
                dnnl_post_ops_append_binary(postOps, algorithm, other), "post_ops_append_binary");
        return this;
    }

    dnnl_primitive_attr handle() {
        Dnnl.check(dnnl_primitive_attr_set_post_ops(handle, postOps), "attr_set_post_ops");
        return handle;
    }

    @Override
    public void close() {
        dnnl_post_ops_destroy(postOps);
        dnnl_primitive_attr_destroy(handle);
    }
}
