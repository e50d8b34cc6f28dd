package io.retrograd.backend.onednn;

import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import io.retrograd.backend.Updates;
import java.util.function.Function;

/**
 * Makes the updates, each from the class that is named after it: of optimizers, one for each
 * treatment of parameters.
 */
final class OneDnnUpdates implements Updates {
    private final Engine engine;

    OneDnnUpdates(Engine engine) {
        this.engine = engine;
    }

    /** One for each treatment, which run one after the other. */
    private static Update each(Selection parameters, Function<Selection, Update> maker) {
        return Selection.sequence(parameters.uniform().stream().map(maker).toList());
    }

    @Override
    public Update sgd(UpdateRule.Sgd rule, Selection parameters) {
        return each(parameters, part -> new OneDnnSgd(engine, rule, part));
    }

    @Override
    public Update adam(UpdateRule.Adam rule, Selection parameters) {
        return each(parameters, part -> new OneDnnAdam(engine, rule, part));
    }

    @Override
    public Update rmsProp(UpdateRule.RmsProp rule, Selection parameters) {
        return each(parameters, part -> new OneDnnRmsProp(engine, rule, part));
    }

    @Override
    public Update adagrad(UpdateRule.Adagrad rule, Selection parameters) {
        return each(parameters, part -> new OneDnnAdagrad(engine, rule, part));
    }

    @Override
    public Update adamax(UpdateRule.Adamax rule, Selection parameters) {
        return each(parameters, part -> new OneDnnAdamax(engine, rule, part));
    }

    @Override
    public Update adadelta(UpdateRule.Adadelta rule, Selection parameters) {
        return each(parameters, part -> new OneDnnAdadelta(engine, rule, part));
    }

    @Override
    public Update nadam(UpdateRule.NAdam rule, Selection parameters) {
        return each(parameters, part -> new OneDnnNAdam(engine, rule, part));
    }

    @Override
    public Update radam(UpdateRule.RAdam rule, Selection parameters) {
        return each(parameters, part -> new OneDnnRAdam(engine, rule, part));
    }

    @Override
    public Update lion(UpdateRule.Lion rule, Selection parameters) {
        return each(parameters, part -> new OneDnnLion(engine, rule, part));
    }

    @Override
    public Update lamb(UpdateRule.Lamb rule, Selection parameters) {
        return each(parameters, part -> new OneDnnLamb(engine, rule, part));
    }

    @Override
    public Update muon(UpdateRule.Muon rule, Selection parameters) {
        return each(parameters, part -> new OneDnnMuon(engine, rule, part));
    }

    @Override
    public Update accumulate(UpdateRule.Accumulate rule, Selection parameters) {
        return new OneDnnAccumulate(parameters);
    }

    @Override
    public Update collect(UpdateRule.Collect rule, Selection parameters) {
        return new OneDnnCollect(engine, parameters);
    }

    @Override
    public Update average(UpdateRule.Average rule, Selection parameters) {
        return new OneDnnAverage(engine, rule, parameters);
    }

    @Override
    public Update penalty(UpdateRule.Penalty rule, Selection parameters) {
        return new OneDnnPenalty(rule, parameters);
    }

    @Override
    public Update clipNorm(UpdateRule.ClipNorm rule, Selection parameters) {
        return new OneDnnClipNorm(engine, rule, parameters);
    }

    @Override
    public Update clipValue(UpdateRule.ClipValue rule, Selection parameters) {
        return new OneDnnClipValue(rule, parameters);
    }
}
