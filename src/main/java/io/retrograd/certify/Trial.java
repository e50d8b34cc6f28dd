package io.retrograd.certify;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a part tried.
 *
 * @param what with its shape
 * @param precision empty where it does not matter
 * @param seed of what was drawn; null if nothing was
 * @param error the worst relative error that was seen; null where none is measured
 * @param detail what was found, or why it failed or was not run
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Trial(
        @JsonProperty("what") String what,
        @JsonProperty("precision") String precision,
        @JsonProperty("seed") @Nullable Long seed,
        @JsonProperty("status") Status status,
        @JsonProperty("error") @Nullable Double error,
        @JsonProperty("detail") String detail) {}
