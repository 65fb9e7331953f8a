package io.seismo.app.ingest;

import io.seismo.app.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Files that are meant by paths of a command line.
 *
 * @param found in order; of a directory its own files by name, never those of a directory below
 * @param refused with the reason
 */
record ExportFiles(List<Path> found, Map<String, String> refused) {

    ExportFiles {
        found = List.copyOf(found);
        refused = new LinkedHashMap<>(refused);
    }

    static ExportFiles of(List<Path> paths, String extension) {
        List<Path> found = new ArrayList<>();
        Map<String, String> refused = new LinkedHashMap<>();
        for (Path path : paths) {
            if (!Files.isDirectory(path)) {
                found.add(path);
                continue;
            }
            for (Path file : within(path)) {
                if (!String.valueOf(file.getFileName()).endsWith(extension)) {
                    continue;
                }
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    found.add(file);
                } else {
                    // Whoever may write into the directory must not choose what else is read.
                    refused.put(file.toString(), "is no file of its directory, but a link or worse; name it by itself");
                }
            }
        }
        return new ExportFiles(found, refused);
    }

    private static List<Path> within(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new CommandFailure("cannot list " + directory + ": " + e.getMessage(), null, e);
        }
    }
}
