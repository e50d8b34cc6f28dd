package io.retrograd.backend.cuda.platform;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Examines machines in turn and prints a line of JSON for each.
 *
 * <p>Arguments: the cache, then for each machine the root of its file system and what its libraries
 * are told.
 */
final class ExaminationMain {
    private ExaminationMain() {}

    public static void main(String[] args) throws Exception {
        for (int i = 1; i < args.length; i += 2) {
            Files.writeString(Path.of(System.getenv("FAKE_CUDA")), args[i + 1].replace(' ', '\n'));
            Host host =
                    new Host(System.getenv(), Path.of(args[i]), Path.of(args[0]), "Linux", "amd64");
            System.out.println(
                    new ObjectMapper().writeValueAsString(new Examination(host).machine()));
        }
    }
}
