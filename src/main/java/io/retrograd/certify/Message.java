package io.retrograd.certify;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a part's process tells, one line of JSON each.
 *
 * @param begun something that is tried from here on
 * @param trial the same once it has ended
 * @param fact what a report shows beside the trials
 * @param ended whether the part has
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
record Message(
        @JsonProperty("begun") @Nullable Trial begun,
        @JsonProperty("trial") @Nullable Trial trial,
        @JsonProperty("fact") @Nullable JsonNode fact,
        @JsonProperty("ended") boolean ended) {
    /** How a line begins, as native libraries may print there too. */
    private static final String MARK = "certify ";

    private static final ObjectMapper JSON = new ObjectMapper();

    static Message of(Trial trial, boolean begun) {
        return begun
                ? new Message(trial, null, null, /* ended= */ false)
                : new Message(null, trial, null, /* ended= */ false);
    }

    /** A fact: what Jackson makes JSON of. */
    static Message fact(Object value) {
        return new Message(null, null, JSON.valueToTree(value), /* ended= */ false);
    }

    /** The last one. */
    static Message end() {
        return new Message(null, null, null, /* ended= */ true);
    }

    /** As a line. */
    String line() {
        try {
            return MARK + JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a line says, if it is one of ours. */
    static Optional<Message> read(String line) {
        try {
            return line.startsWith(MARK)
                    ? Optional.of(JSON.readValue(line.substring(MARK.length()), Message.class))
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
