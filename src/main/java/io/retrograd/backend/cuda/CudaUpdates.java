package io.retrograd.backend.cuda;

import io.retrograd.backend.Selection;
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
    public Update sgd(UpdateRule.Sgd rule, Selection parameters) {
        return new CudaSgd(device, rule, parameters);
    }

    @Override
    public Update adam(UpdateRule.Adam rule, Selection parameters) {
        return new CudaAdam(device, rule, parameters);
    }

    @Override
    public Update rmsProp(UpdateRule.RmsProp rule, Selection parameters) {
        return new CudaRmsProp(device, rule, parameters);
    }

    @Override
    public Update adagrad(UpdateRule.Adagrad rule, Selection parameters) {
        return new CudaAdagrad(device, rule, parameters);
    }

    @Override
    public Update adamax(UpdateRule.Adamax rule, Selection parameters) {
        return new CudaAdamax(device, rule, parameters);
    }

    @Override
    public Update adadelta(UpdateRule.Adadelta rule, Selection parameters) {
        return new CudaAdadelta(device, rule, parameters);
    }

    @Override
    public Update nadam(UpdateRule.NAdam rule, Selection parameters) {
        return new CudaNAdam(device, rule, parameters);
    }

    @Override
    public Update radam(UpdateRule.RAdam rule, Selection parameters) {
        return new CudaRAdam(device, rule, parameters);
    }

    @Override
    public Update lion(UpdateRule.Lion rule, Selection parameters) {
        return new CudaLion(device, rule, parameters);
    }

    @Override
    public Update lamb(UpdateRule.Lamb rule, Selection parameters) {
        return new CudaLamb(device, rule, parameters);
    }

    @Override
    public Update muon(UpdateRule.Muon rule, Selection parameters) {
        return new CudaMuon(device, rule, parameters);
    }

    @Override
    public Update accumulate(UpdateRule.Accumulate rule, Selection parameters) {
        return new CudaAccumulate(device, parameters);
    }

    @Override
    public Update collect(UpdateRule.Collect rule, Selection parameters) {
        return new CudaCollect(device, parameters);
    }

    @Override
    public Update average(UpdateRule.Average rule, Selection parameters) {
        return new CudaAverage(device, rule, parameters);
    }

    @Override
    public Update penalty(UpdateRule.Penalty rule, Selection parameters) {
        return new CudaPenalty(device, rule.l1(), rule.l2(), parameters);
    }

    @Override
    public Update clipNorm(UpdateRule.ClipNorm rule, Selection parameters) {
        return new CudaClipNorm(device, rule.maxNorm(), parameters);
    }

    @Override
    public Update clipValue(UpdateRule.ClipValue rule, Selection parameters) {
        return new CudaClipValue(device, rule.limit(), parameters);
    }
}
