package io.retrograd.backend;

/**
 * Every change of parameters that a backend must have, one factory method a rule; a backend that
 * lacks one does not compile. What each computes stands at its {@link UpdateRule}.
 */
public interface Updates {
    Update sgd(UpdateRule.Sgd rule, Selection parameters);

    Update adam(UpdateRule.Adam rule, Selection parameters);

    Update rmsProp(UpdateRule.RmsProp rule, Selection parameters);

    Update adagrad(UpdateRule.Adagrad rule, Selection parameters);

    Update adamax(UpdateRule.Adamax rule, Selection parameters);

    Update adadelta(UpdateRule.Adadelta rule, Selection parameters);

    Update nadam(UpdateRule.NAdam rule, Selection parameters);

    Update radam(UpdateRule.RAdam rule, Selection parameters);

    Update lion(UpdateRule.Lion rule, Selection parameters);

    Update lamb(UpdateRule.Lamb rule, Selection parameters);

    Update muon(UpdateRule.Muon rule, Selection parameters);

    Update accumulate(UpdateRule.Accumulate rule, Selection parameters);

    Update collect(UpdateRule.Collect rule, Selection parameters);

    Update average(UpdateRule.Average rule, Selection parameters);

    Update penalty(UpdateRule.Penalty rule, Selection parameters);

    Update clipNorm(UpdateRule.ClipNorm rule, Selection parameters);

    Update clipValue(UpdateRule.ClipValue rule, Selection parameters);
}
