package io.seismo.weights.file;

import io.seismo.weights.ByteSource;
import io.seismo.weights.WeightsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files at one location: a directory, a single file, or resources of the class path.
 *
 * <p>A location that begins with {@code demo/} always means the class path, so that a spec gives the same weights
 * whatever the working directory holds. Resources are found by name, never listed: a jar cannot list them.
 */
public final class WeightFolder {

    /** How a model in ONNX ends. */
    public static final String ONNX = ".onnx";

    private static final String BUNDLED = "demo/";

    private final String location;

    private WeightFolder(String location) {
        this.location = location;
    }

    /** Opens a location; nothing is read yet. */
    public static WeightFolder at(String location) {
        String trimmed = location.endsWith("/") && location.length() > 1
                ? location.substring(0, location.length() - 1)
                : location;
        if (trimmed.isBlank() || trimmed.indexOf('\0') >= 0) {
            throw new WeightsException("the location of an encoder is empty", "give a directory, a file or demo/…");
        }
        if (bundled(trimmed) && (trimmed.contains("..") || trimmed.contains("//"))) {
            throw new WeightsException(location + ": a location inside the jar must not contain '..' or '//'", "");
        }
        return new WeightFolder(trimmed);
    }

    /** The location as given, without a trailing slash. */
    public String location() {
        return location;
    }

    /** Whether anything lies there; of what is in the jar, that is not known. */
    public boolean exists() {
        return bundled(location) || Files.exists(Path.of(location));
    }

    /** Whether the location is one file rather than a directory, by its name. */
    public boolean isFile() {
        return location.endsWith(Safetensors.EXTENSION)
                || location.endsWith(Npz.EXTENSION)
                || location.endsWith(ONNX)
                || location.endsWith(TorchFile.EXTENSION)
                || location.endsWith(TorchFile.OTHER_EXTENSION);
    }

    /** Whether the location is a sound file with a tensor of that name; reads its header only. */
    public boolean holds(String tensor) {
        try {
            return isFile() && Tensors.open(self()).find(tensor).isPresent();
        } catch (WeightsException e) {
            // Whoever claims the file in the end says what is wrong with it.
            return false;
        }
    }

    /** Last part of the location. */
    public String name() {
        return location.substring(location.lastIndexOf('/') + 1);
    }

    /** Whether one of the directories on the way has that name. */
    public boolean under(String directory) {
        return ("/" + location + "/").contains("/" + directory + "/");
    }

    /** A file that lies beside the location, which is a file itself. */
    public Optional<ByteSource> sibling(String name) {
        return open(location.substring(0, location.lastIndexOf('/') + 1) + name);
    }

    /** A file of the folder, if there is one of that name. */
    public Optional<ByteSource> find(String name) {
        return open(location + "/" + name);
    }

    /** A file of the folder. */
    public ByteSource require(String name) {
        return find(name)
                .orElseThrow(() -> new WeightsException(location + " holds no " + name, whereToLook(location)));
    }

    /** The location itself as one file. */
    public ByteSource self() {
        return open(location).orElseThrow(() -> new WeightsException("no file " + location, whereToLook(location)));
    }

    private static String whereToLook(String location) {
        return bundled(location)
                ? "this jar carries no such demo weights"
                : "give the directory or file of the weights, as seen from the working directory";
    }

    private static boolean bundled(String path) {
        return path.startsWith(BUNDLED);
    }

    private static Optional<ByteSource> open(String path) {
        if (!bundled(path)) {
            Path file = Path.of(path);
            return Files.isRegularFile(file) ? Optional.of(ByteSource.file(file)) : Optional.empty();
        }
        try (InputStream in = WeightFolder.class.getResourceAsStream("/" + path)) {
            return in == null
                    ? Optional.empty()
                    : Optional.of(ByteSource.memory("classpath:/" + path, in.readAllBytes()));
        } catch (IOException e) {
            throw new WeightsException("cannot read " + path + " from the class path: " + e.getMessage(), "", e);
        }
    }
}
