package io.retrograd.certify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retrograd.file.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Writes a certificate into a folder: {@code certificate.json}, {@code certificate.xml} as JUnit
 * does, and {@code certificate.html}.
 */
public final class CertificateFiles {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private CertificateFiles() {}

    /**
     * Writes them.
     *
     * @param folder is made where it is missing
     * @throws IOException if they cannot be written
     */
    public static void write(Certificate certificate, Path folder) throws IOException {
        WholeFile.createFolders(folder);
        WholeFile.write(folder.resolve("certificate.json"), json(certificate));
        WholeFile.write(folder.resolve("certificate.xml"), JUnitXml.of(certificate));
        WholeFile.write(folder.resolve("certificate.html"), CertificatePage.of(certificate));
    }

    static String json(Certificate certificate) {
        ObjectNode root = JSON.createObjectNode();
        root.put("verdict", certificate.passed() ? "passed" : "failed");
        root.put("text", certificate.verdict());
        root.put("device", certificate.device());
        root.put("retrograd", certificate.version());
        root.put("date", certificate.date().toString());
        root.put("minutes", certificate.minutes());
        root.set("host", JSON.valueToTree(certificate.host()));
        root.set("diagnosis", certificate.diagnosis());
        ArrayNode parts = root.putArray("parts");
        for (PartResult result : certificate.parts()) {
            ObjectNode part = parts.addObject();
            part.put("name", result.part().label());
            part.put("about", result.part().about());
            part.put("status", result.status().label());
            part.put("seconds", result.seconds());
            part.put("share_seconds", result.allotted());
            part.put("message", result.message());
            part.put("passed", result.count(Status.PASSED));
            part.put("failed", result.count(Status.FAILED) + result.count(Status.CRASHED));
            part.put("not_run", result.count(Status.NOT_RUN));
            result.worst().ifPresent(worst -> part.put("worst_error", worst.error()));
            ArrayNode trials = part.putArray("trials");
            for (Trial trial : result.trials()) {
                ObjectNode node = trials.addObject();
                node.put("what", trial.what());
                node.put("precision", trial.precision());
                node.put("status", trial.status().label());
                node.put("seed", trial.seed());
                node.put("error", trial.error());
                node.put("detail", trial.detail());
            }
            part.set("said", JSON.valueToTree(result.said()));
        }
        try {
            return JSON.writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
