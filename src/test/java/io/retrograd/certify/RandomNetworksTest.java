package io.retrograd.certify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Conv3d;
import io.retrograd.layer.Gru;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Lstm;
import io.retrograd.layer.Rnn;
import io.retrograd.layer.Sequential;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a certificate draws can be bound, whatever the seed, and is the same for a seed. */
class RandomNetworksTest {
    private static final int SEEDS = 3000;

    @Test
    void everySeedGivesANetworkThatTakesItsInput() {
        Set<Class<?>> first = new HashSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            RandomNetworks.Drawn drawn = RandomNetworks.of(seed);
            assertTrue(drawn.network().outputShape(drawn.input()).size() > 0, drawn.text());
            assertEquals(drawn.text(), RandomNetworks.of(seed).text());
            Layer layer = ((Sequential) drawn.network()).layers().get(0);
            first.add(layer.getClass());
        }
        assertEquals(
                Set.of(
                        Conv1d.class,
                        Conv2d.class,
                        Conv3d.class,
                        Gru.class,
                        Lstm.class,
                        Rnn.class,
                        Linear.class),
                first);
    }
}
