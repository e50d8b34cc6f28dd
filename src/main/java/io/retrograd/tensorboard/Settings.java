package io.retrograd.tensorboard;

import com.google.protobuf.Value;
import java.util.Map;

/** What TensorBoard's table of settings, its plugin hparams, reads. */
final class Settings {
    private static final String PLUGIN = "hparams";
    private static final int SUCCESS = 1;

    private Settings() {}

    /** The summary of a run that begins. */
    static Proto begin(Map<String, ?> settings) {
        Proto start = Proto.of("SessionStartInfo").set("start_time_secs", EventFile.now());
        settings.forEach(
                (name, value) ->
                        start.add(
                                "hparams",
                                Proto.of("HParam").set("key", name).set("value", value(value))));
        return summary(
                "_hparams_/session_start_info",
                Proto.of("HParamsPluginData").set("session_start_info", start));
    }

    /** The summary of a run that has ended well. */
    static Proto end() {
        Proto end =
                Proto.of("SessionEndInfo")
                        .set("status", SUCCESS)
                        .set("end_time_secs", EventFile.now());
        return summary(
                "_hparams_/session_end_info",
                Proto.of("HParamsPluginData").set("session_end_info", end));
    }

    private static Value value(Object value) {
        Value.Builder builder = Value.newBuilder();
        if (value instanceof Number number) {
            return builder.setNumberValue(number.doubleValue()).build();
        }
        return value instanceof Boolean flag
                ? builder.setBoolValue(flag).build()
                : builder.setStringValue(value.toString()).build();
    }

    private static Proto summary(String tag, Proto content) {
        Proto plugin =
                Proto.of("PluginData").set("plugin_name", PLUGIN).set("content", content.bytes());
        Proto metadata = Proto.of("SummaryMetadata").set("plugin_data", plugin);
        return Proto.of("Summary")
                .add("value", Proto.of("SummaryValue").set("tag", tag).set("metadata", metadata));
    }
}
