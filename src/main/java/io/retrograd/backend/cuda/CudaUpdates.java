package io.retrograd.backend.cuda;

import io.retrograd.backend.Parameters;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import io.retrograd.backend.Updates;

/** Makes the updates, each from the class that is named after it. */
final class CudaUpdates implements Updates {
    private final CudaDevice device;

    CudaUpdates(CudaDevice device) {
        this.device = device;
    }

    @Override
    public Update sgd(UpdateRule.Sgd rule, Parameters parameters) {
        return new CudaSgd(device, rule, parameters);
    }

    @Override
    public Update adam(UpdateRule.Adam rule, Parameters parameters) {
        return new CudaAdam(device, rule, parameters);
    }

    @Override
    public Update rmsProp(UpdateRule.RmsProp rule, Parameters parameters) {
        return new CudaRmsProp(device, rule, parameters);
    }

    @Override
    public Update adagrad(UpdateRule.Adagrad rule, Parameters parameters) {
        return new CudaAdagrad(device, rule, parameters);
    }

    @Override
    public Update adamax(UpdateRule.Adamax rule, Parameters parameters) {
        return new CudaAdamax(device, rule, parameters);
    }

    @Override
    public Update adadelta(UpdateRule.Adadelta rule, Parameters parameters) {
        return new CudaAdadelta(device, rule, parameters);
    }

    @Override
    public Update nadam(UpdateRule.NAdam rule, Parameters parameters) {
        return new CudaNAdam(device, rule, parameters);
    }

    @Override
    public Update radam(UpdateRule.RAdam rule, Parameters parameters) {
        return new CudaRAdam(device, rule, parameters);
    }

    @Override
    public Update lion(UpdateRule.Lion rule, Parameters parameters) {
        return new CudaLion(device, rule, parameters);
    }

    @Override
    public Update lamb(UpdateRule.Lamb rule, Parameters parameters) {
        return new CudaLamb(device, rule, parameters);
    }

    @Override
    public Update penalty(UpdateRule.Penalty rule, Parameters parameters) {
        return new CudaPenalty(device, rule.l1(), rule.l2(), parameters);
    }

    @Override
    public Update clipNorm(UpdateRule.ClipNorm rule, Parameters parameters) {
        return new CudaClipNorm(device, rule.maxNorm(), parameters);
    }

    @Override
    public Update clipValue(UpdateRule.ClipValue rule, Parameters parameters) {
        return new CudaClipValue(device, rule.limit(), parameters);
    }
}
