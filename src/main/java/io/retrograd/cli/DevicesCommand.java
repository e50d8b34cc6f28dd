package io.retrograd.cli;

import io.retrograd.backend.BackendProvider;
import io.retrograd.backend.Backends;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(
        name = "devices",
        description =
                "Lists the usable devices, and the reasons why others are not. 'auto' takes the"
                        + " first.")
final class DevicesCommand extends JsonCommand {
    @Override
    public Integer call() {
        PrintWriter out = out();
        List<Map<String, Object>> devices = new ArrayList<>();
        for (BackendProvider provider : Backends.providers()) {
            BackendProvider.Availability found = provider.probe();
            Map<String, Object> device = new LinkedHashMap<>();
            device.put("device", provider.name());
            device.put("usable", found.usable());
            device.put("precisions", provider.precisions());
            device.put("description", found.description());
            devices.add(device);
            if (!json) {
                out.printf(
                        "%-12s %-8s %s [%s]%n",
                        provider.name(),
                        found.usable() ? "usable" : "missing",
                        found.description(),
                        String.join(", ", provider.precisions()));
            }
        }
        if (json) {
            out.println(Json.line(Map.of("devices", devices)));
        }
        return 0;
    }
}
