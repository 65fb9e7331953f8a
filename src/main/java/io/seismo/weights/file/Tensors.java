package io.seismo.weights.file;

import io.seismo.weights.ByteSource;
import io.seismo.weights.Tensor;
import io.seismo.weights.WeightsException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The named tensors of one file, whatever its format. */
public interface Tensors {

    /** The file. */
    ByteSource source();

    /** Tensors by name, sorted; none of them has been read. */
    Map<String, Tensor> tensors();

    /** Their names, sorted, also of those that are of a kind nobody reads. */
    default Set<String> names() {
        return tensors().keySet();
    }

    /** A text or number that the file holds beside its tensors; empty when it is not there. */
    String metadata(String key);

    /** A tensor, if it is there. */
    default Optional<Tensor> find(String name) {
        return Optional.ofNullable(tensors().get(name));
    }

    /** A tensor that must be there. */
    default Tensor require(String name) {
        return find(name)
                .orElseThrow(() -> new WeightsException(
                        source().name() + " holds no tensor " + name + ", only "
                                + tensors().keySet(),
                        "is it of the architecture its configuration names?"));
    }

    /** The first tensor of these names that is there; the last must be. */
    default Tensor require(String name, String otherwise) {
        return find(name).orElseGet(() -> require(otherwise));
    }

    /** Opens a file by the end of its name. */
    static Tensors open(ByteSource source) {
        String name = source.name();
        if (name.endsWith(Npz.EXTENSION)) {
            return Npz.read(source);
        }
        return name.endsWith(TorchFile.EXTENSION) || name.endsWith(TorchFile.OTHER_EXTENSION)
                ? TorchFile.read(source)
                : Safetensors.read(source);
    }
}
