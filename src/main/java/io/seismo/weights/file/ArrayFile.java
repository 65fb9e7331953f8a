package io.seismo.weights.file;

import io.seismo.weights.ByteSource;
import io.seismo.weights.Tensor;
import io.seismo.weights.WeightsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Function;

/**
 * Named arrays in a file of numpy ({@code .npy}, {@code .npz}) or safetensors.
 *
 * <p>Only headers are read here, strictly; elements are mapped when they are asked for. An npy file holds one array,
 * named after nothing: its name is empty.
 */
public final class ArrayFile {

    private final Path path;
    private final Set<String> names;
    private final Function<String, Tensor> tensors;

    private ArrayFile(Path path, Set<String> names, Function<String, Tensor> tensors) {
        this.path = path;
        this.names = names;
        this.tensors = tensors;
    }

    /**
     * Opens a file by the end of its name.
     *
     * @throws WeightsException when there is none, it is of another kind, or it is not sound
     */
    public static ArrayFile open(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new WeightsException("no file " + path, "give the path as seen from the working directory");
        }
        ByteSource source = ByteSource.file(path);
        String name = path.toString();
        if (name.endsWith(Npy.EXTENSION)) {
            Tensor tensor = Npy.tensor(name, source, 0, source.size());
            return new ArrayFile(path, Set.of(""), ignored -> tensor);
        }
        if (name.endsWith(Npz.EXTENSION)) {
            Npz npz = Npz.read(source);
            return new ArrayFile(path, npz.names(), npz::require);
        }
        if (name.endsWith(Safetensors.EXTENSION)) {
            Safetensors file = Safetensors.read(source);
            return new ArrayFile(path, file.tensors().keySet(), file::require);
        }
        throw new WeightsException(
                path + " is neither .npy, .npz nor " + Safetensors.EXTENSION, "save it with numpy.save or safetensors");
    }

    /** Where it lies. */
    public Path path() {
        return path;
    }

    /** Names of its arrays, sorted. */
    public Set<String> names() {
        return names;
    }

    /** One array by name. */
    public Tensor require(String name) {
        if (!names.contains(name)) {
            throw new WeightsException(path + " holds no array " + name + ", only " + names, "choose one of them");
        }
        return tensors.apply(name);
    }
}
