package io.retrograd.backend.reference;

import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import io.retrograd.backend.Updates;

/** Makes the updates, each from the class that is named after it. */
final class ReferenceUpdates implements Updates {
    @Override
    public Update sgd(UpdateRule.Sgd rule, Selection parameters) {
        return new ReferenceSgd(rule, parameters);
    }

    @Override
    public Update adam(UpdateRule.Adam rule, Selection parameters) {
        return new ReferenceAdam(rule, parameters);
    }

    @Override
    public Update rmsProp(UpdateRule.RmsProp rule, Selection parameters) {
        return new ReferenceRmsProp(rule, parameters);
    }

    @Override
    public Update adagrad(UpdateRule.Adagrad rule, Selection parameters) {
        return new ReferenceAdagrad(rule, parameters);
    }

    @Override
    public Update adamax(UpdateRule.Adamax rule, Selection parameters) {
        return new ReferenceAdamax(rule, parameters);
    }

    @Override
    public Update adadelta(UpdateRule.Adadelta rule, Selection parameters) {
        return new ReferenceAdadelta(rule, parameters);
    }

    @Override
    public Update nadam(UpdateRule.NAdam rule, Selection parameters) {
        return new ReferenceNAdam(rule, parameters);
    }

    @Override
    public Update radam(UpdateRule.RAdam rule, Selection parameters) {
        return new ReferenceRAdam(rule, parameters);
    }

    @Override
    public Update lion(UpdateRule.Lion rule, Selection parameters) {
        return new ReferenceLion(rule, parameters);
    }

    @Override
    public Update lamb(UpdateRule.Lamb rule, Selection parameters) {
        return new ReferenceLamb(rule, parameters);
    }

    @Override
    public Update muon(UpdateRule.Muon rule, Selection parameters) {
        return new ReferenceMuon(rule, parameters);
    }

    @Override
    public Update accumulate(UpdateRule.Accumulate rule, Selection parameters) {
        return new ReferenceAccumulate(parameters);
    }

    @Override
    public Update collect(UpdateRule.Collect rule, Selection parameters) {
        return new ReferenceCollect(parameters);
    }

    @Override
    public Update average(UpdateRule.Average rule, Selection parameters) {
        return new ReferenceAverage(rule, parameters);
    }

    @Override
    public Update penalty(UpdateRule.Penalty rule, Selection parameters) {
        return new ReferencePenalty(rule, parameters);
    }

    @Override
    public Update clipNorm(UpdateRule.ClipNorm rule, Selection parameters) {
        return new ReferenceClipNorm(rule, parameters);
    }

    @Override
    public Update clipValue(UpdateRule.ClipValue rule, Selection parameters) {
        return new ReferenceClipValue(rule, parameters);
    }
}
