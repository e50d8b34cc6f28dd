package io.retrograd.backend.onednn;

import io.retrograd.backend.Parameters;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import io.retrograd.backend.Updates;

/** Makes the updates, each from the class that is named after it. */
final class OneDnnUpdates implements Updates {
    private final Engine engine;

    OneDnnUpdates(Engine engine) {
        this.engine = engine;
    }

    @Override
    public Update sgd(UpdateRule.Sgd rule, Parameters parameters) {
        return new OneDnnSgd(engine, rule, parameters);
    }

    @Override
    public Update adam(UpdateRule.Adam rule, Parameters parameters) {
        return new OneDnnAdam(engine, rule, parameters);
    }

    @Override
    public Update rmsProp(UpdateRule.RmsProp rule, Parameters parameters) {
        return new OneDnnRmsProp(engine, rule, parameters);
    }

    @Override
    public Update adagrad(UpdateRule.Adagrad rule, Parameters parameters) {
        return new OneDnnAdagrad(engine, rule, parameters);
    }

    @Override
    public Update adamax(UpdateRule.Adamax rule, Parameters parameters) {
        return new OneDnnAdamax(engine, rule, parameters);
    }

    @Override
    public Update adadelta(UpdateRule.Adadelta rule, Parameters parameters) {
        return new OneDnnAdadelta(engine, rule, parameters);
    }

    @Override
    public Update nadam(UpdateRule.NAdam rule, Parameters parameters) {
        return new OneDnnNAdam(engine, rule, parameters);
    }

    @Override
    public Update radam(UpdateRule.RAdam rule, Parameters parameters) {
        return new OneDnnRAdam(engine, rule, parameters);
    }

    @Override
    public Update lion(UpdateRule.Lion rule, Parameters parameters) {
        return new OneDnnLion(engine, rule, parameters);
    }

    @Override
    public Update lamb(UpdateRule.Lamb rule, Parameters parameters) {
        return new OneDnnLamb(engine, rule, parameters);
    }

    @Override
    public Update penalty(UpdateRule.Penalty rule, Parameters parameters) {
        return new OneDnnPenalty(rule, parameters);
    }

    @Override
    public Update clipNorm(UpdateRule.ClipNorm rule, Parameters parameters) {
        return new OneDnnClipNorm(engine, rule, parameters);
    }

    @Override
    public Update clipValue(UpdateRule.ClipValue rule, Parameters parameters) {
        return new OneDnnClipValue(rule, parameters);
    }
}
