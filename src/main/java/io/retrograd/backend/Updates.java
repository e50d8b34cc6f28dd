package io.retrograd.backend;

/**
 * Every change of parameters that a backend must have, one factory method a rule; a backend that
 * lacks one does not compile. What each computes stands at its {@link UpdateRule}.
 */
public interface Updates {
    Update sgd(UpdateRule.Sgd rule, Parameters parameters);

    Update adam(UpdateRule.Adam rule, Parameters parameters);

    Update rmsProp(UpdateRule.RmsProp rule, Parameters parameters);

    Update adagrad(UpdateRule.Adagrad rule, Parameters parameters);

    Update adamax(UpdateRule.Adamax rule, Parameters parameters);

    Update adadelta(UpdateRule.Adadelta rule, Parameters parameters);

    Update nadam(UpdateRule.NAdam rule, Parameters parameters);

    Update radam(UpdateRule.RAdam rule, Parameters parameters);

    Update lion(UpdateRule.Lion rule, Parameters parameters);

    Update lamb(UpdateRule.Lamb rule, Parameters parameters);

    Update penalty(UpdateRule.Penalty rule, Parameters parameters);

    Update clipNorm(UpdateRule.ClipNorm rule, Parameters parameters);

    Update clipValue(UpdateRule.ClipValue rule, Parameters parameters);
}
