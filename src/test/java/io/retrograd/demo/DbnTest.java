package io.retrograd.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.retrograd.data.Digits;
import io.retrograd.train.LabelledDataset;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Boltzmann machines against sums over all of their states, and what they are worth. */
class DbnTest {
    private static final int VISIBLE = 5;
    private static final double[][] DATA = {
        {1, 0, 1, 1, 0}, {0, 1, 1, 0, 0}, {1, 1, 0, 0, 1}, {1, 0, 1, 0, 0}
    };

    /** A small machine, far from its first weights. */
    private static Rbm machine() {
        SplittableRandom random = new SplittableRandom(3);
        Rbm machine = new Rbm(VISIBLE, 3, random);
        for (double[] values : new double[][] {machine.w, machine.b, machine.c}) {
            Arrays.setAll(values, i -> random.nextDouble(-1.5, 1.5));
        }
        return machine;
    }

    private static double[] state(int number) {
        double[] v = new double[VISIBLE];
        Arrays.setAll(v, i -> number >> i & 1);
        return v;
    }

    private static double partition(Rbm machine) {
        double sum = 0;
        for (int s = 0; s < 1 << VISIBLE; s++) {
            sum += Math.exp(-machine.freeEnergy(state(s)));
        }
        return sum;
    }

    private static double logLikelihood(Rbm machine) {
        double sum = 0;
        for (double[] v : DATA) {
            sum -= machine.freeEnergy(v);
        }
        return sum / DATA.length - Math.log(partition(machine));
    }

    /** Weights, biases of the visible, biases of the hidden units. */
    private static double[][] exact(Rbm machine) {
        double[][] g = {
            new double[machine.w.length], new double[VISIBLE], new double[machine.hidden]
        };
        for (double[] v : DATA) {
            machine.add(1.0 / DATA.length, v, g[0], g[1], g[2]);
        }
        double all = partition(machine);
        for (int s = 0; s < 1 << VISIBLE; s++) {
            double share = Math.exp(-machine.freeEnergy(state(s))) / all;
            machine.add(-share, state(s), g[0], g[1], g[2]);
        }
        return g;
    }

    @Test
    void gradientIsThatOfTheLikelihood() {
        Rbm machine = machine();
        double[][] g = exact(machine);
        double[][] parameters = {machine.w, machine.b, machine.c};
        double step = 1e-5;
        for (int p = 0; p < parameters.length; p++) {
            for (int i = 0; i < parameters[p].length; i++) {
                double before = parameters[p][i];
                parameters[p][i] = before + step;
                double above = logLikelihood(machine);
                parameters[p][i] = before - step;
                double below = logLikelihood(machine);
                parameters[p][i] = before;
                // The error of a difference of numbers near 3: 1e-10 of it.
                assertEquals((above - below) / (2 * step), g[p][i], 1e-9);
            }
        }
    }

    /** The joint distribution's own conditionals, summed over all hidden states. */
    @Test
    void probabilitiesAreThoseOfTheEnergy() {
        Rbm machine = machine();
        double[] v = DATA[0];
        double[] weights = new double[machine.hidden];
        double total = 0;
        for (int s = 0; s < 1 << machine.hidden; s++) {
            double energy = 0;
            for (int j = 0; j < machine.hidden; j++) {
                double input = machine.c[j];
                for (int i = 0; i < VISIBLE; i++) {
                    input += machine.w[j * VISIBLE + i] * v[i];
                }
                energy -= (s >> j & 1) * input;
            }
            double weight = Math.exp(-energy);
            total += weight;
            for (int j = 0; j < machine.hidden; j++) {
                weights[j] += (s >> j & 1) * weight;
            }
        }
        double all = total;
        Arrays.setAll(weights, j -> weights[j] / all);
        assertArrayEquals(weights, machine.up(v), 1e-12);
    }

    /** Long chains draw from the machine: each mean within 5 standard errors, at most 0.5/√n. */
    @Test
    void gibbsSamplingDrawsFromTheMachine() {
        Rbm machine = machine();
        int chains = 20_000;
        SplittableRandom random = new SplittableRandom(1);
        double[] drawn = new double[1 << VISIBLE];
        for (int n = 0; n < chains; n++) {
            double[] v = machine.gibbs(DATA[n % DATA.length], 50, random);
            int number = 0;
            for (int i = 0; i < VISIBLE; i++) {
                number |= (int) v[i] << i;
            }
            drawn[number] += 1.0 / chains;
        }
        double all = partition(machine);
        for (int s = 0; s < drawn.length; s++) {
            double p = Math.exp(-machine.freeEnergy(state(s))) / all;
            assertEquals(p, drawn[s], 5 * Math.sqrt(p * (1 - p) / chains), "state " + s);
        }
    }

    @Test
    void learningRaisesTheLikelihood() {
        Rbm machine = new Rbm(VISIBLE, 3, new SplittableRandom(1));
        machine.startAt(DATA);
        double before = logLikelihood(machine);
        SplittableRandom random = new SplittableRandom(2);
        for (int step = 0; step < 2000; step++) {
            double[][] own = new double[DATA.length][];
            Arrays.setAll(own, n -> machine.gibbs(DATA[n], 5, random));
            machine.learn(DATA, own, 0.05, /* momentum= */ 0.5, /* weightDecay= */ 0);
        }
        // Four states of one probability each: −log 4 is the most.
        double after = logLikelihood(machine);
        assertTrue(after > before + 0.5 && after < -Math.log(4), before + " to " + after);
    }

    @Test
    void machinesRememberDigits() {
        LabelledDataset digits = Digits.load();
        double[][] samples = new double[400][64];
        for (int i = 0; i < samples.length; i++) {
            digits.sample(i, samples[i], 0);
        }
        double untrained = Dbn.Stack.learn(samples, 0, /* persistent= */ false, 1).error(samples);
        double trained = Dbn.Stack.learn(samples, 40, /* persistent= */ false, 1).error(samples);
        assertTrue(trained < 0.75 * untrained, trained + " of " + untrained);
    }

    @Test
    void tellsWhatItFound() {
        Demonstrated dbn = Demonstrated.quick(new Dbn());
        for (String start : new String[] {"random", "cd", "persistent"}) {
            JsonNode accuracies = dbn.numbers().at("/" + start + "/0");
            assertEquals(2, accuracies.size());
            accuracies.forEach(a -> assertTrue(a.asDouble() > 0 && a.asDouble() < 1));
        }
    }
}
