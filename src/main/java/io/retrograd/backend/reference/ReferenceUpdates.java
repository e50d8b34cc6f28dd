package io.retrograd.backend.reference;

import io.retrograd.backend.Parameters;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import io.retrograd.backend.Updates;

/** Makes the updates, each from the class that is named after it. */
final class ReferenceUpdates implements Updates {
    @Override
    public Update sgd(UpdateRule.Sgd rule, Parameters parameters) {
        return new ReferenceSgd(rule, parameters);
    }

    @Override
    public Update adam(UpdateRule.Adam rule, Parameters parameters) {
        return new ReferenceAdam(rule, parameters);
    }

    @Override
    public Update rmsProp(UpdateRule.RmsProp rule, Parameters parameters) {
        return new ReferenceRmsProp(rule, parameters);
    }

    @Override
    public Update adagrad(UpdateRule.Adagrad rule, Parameters parameters) {
        return new ReferenceAdagrad(rule, parameters);
    }

    @Override
    public Update adamax(UpdateRule.Adamax rule, Parameters parameters) {
        return new ReferenceAdamax(rule, parameters);
    }

    @Override
    public Update adadelta(UpdateRule.Adadelta rule, Parameters parameters) {
        return new ReferenceAdadelta(rule, parameters);
    }

    @Override
    public Update nadam(UpdateRule.NAdam rule, Parameters parameters) {
        return new ReferenceNAdam(rule, parameters);
    }

    @Override
    public Update radam(UpdateRule.RAdam rule, Parameters parameters) {
        return new ReferenceRAdam(rule, parameters);
    }

    @Override
    public Update lion(UpdateRule.Lion rule, Parameters parameters) {
        return new ReferenceLion(rule, parameters);
    }

    @Override
    public Update lamb(UpdateRule.Lamb rule, Parameters parameters) {
        return new ReferenceLamb(rule, parameters);
    }

    @Override
    public Update penalty(UpdateRule.Penalty rule, Parameters parameters) {
        return new ReferencePenalty(rule, parameters);
    }

    @Override
    public Update clipNorm(UpdateRule.ClipNorm rule, Parameters parameters) {
        return new ReferenceClipNorm(rule, parameters);
    }

    @Override
    public Update clipValue(UpdateRule.ClipValue rule, Parameters parameters) {
        return new ReferenceClipValue(rule, parameters);
    }
}
