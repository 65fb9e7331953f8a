package io.seismo.weights.file;

import io.seismo.weights.ByteSource;
import io.seismo.weights.Tensor;
import io.seismo.weights.WeightsException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Named numpy arrays in a zip file.
 *
 * <p>Stored entries ({@code numpy.savez}) are mapped where they lie; their checksum is not verified. Deflated ones
 * ({@code numpy.savez_compressed}) are unpacked when they are asked for, up to 256 MiB, and only after their header, the
 * size the archive claims and the most that deflate can yield have been found to agree.
 */
public final class Npz implements Tensors {

    /** How file names end. */
    /** How a file of this kind ends. */
    public static final String EXTENSION = ".npz";

    private static final long LARGEST_INFLATED = 1 << 28;
    private static final long MOST_PER_BYTE = 1032;

    private final ByteSource source;
    private final Map<String, ZipDirectory.Entry> entries;

    private Npz(ByteSource source, Map<String, ZipDirectory.Entry> entries) {
        this.source = source;
        this.entries = entries;
    }

    /** Reads the directory. */
    public static Npz read(ByteSource source) {
        Map<String, ZipDirectory.Entry> entries = new TreeMap<>();
        for (ZipDirectory.Entry entry : ZipDirectory.read(source)) {
            if (!entry.name().endsWith(Npy.EXTENSION)) {
                throw new WeightsException(
                        source.name() + " holds " + entry.name() + ", which is no array",
                        "save it again with numpy.savez");
            }
            entries.put(entry.name().substring(0, entry.name().length() - Npy.EXTENSION.length()), entry);
        }
        return new Npz(source, entries);
    }

    @Override
    public Set<String> names() {
        return entries.keySet();
    }

    @Override
    public ByteSource source() {
        return source;
    }

    /** All arrays; unpacks those that are compressed. */
    @Override
    public Map<String, Tensor> tensors() {
        Map<String, Tensor> tensors = new TreeMap<>();
        names().forEach(name -> tensors.put(name, require(name)));
        return tensors;
    }

    @Override
    public String metadata(String key) {
        return "";
    }

    @Override
    public Optional<Tensor> find(String name) {
        return entries.containsKey(name) ? Optional.of(require(name)) : Optional.empty();
    }

    @Override
    public Tensor require(String name) {
        ZipDirectory.Entry entry = entries.get(name);
        if (entry == null) {
            throw new WeightsException(source.name() + " holds no array " + name + ", only " + names(), "");
        }
        String full = source.name() + ":" + entry.name();
        return entry.method() == ZipDirectory.STORED
                ? Npy.tensor(full, source, entry.offset(), entry.size())
                : inflated(full, entry);
    }

    private Tensor inflated(String name, ZipDirectory.Entry entry) {
        if (entry.size() > LARGEST_INFLATED || entry.packed() > LARGEST_INFLATED) {
            throw new WeightsException(
                    name + " is compressed and would unpack to " + entry.size() + " bytes, allowed are "
                            + LARGEST_INFLATED,
                    "save it with numpy.savez, which does not compress");
        }
        if (entry.size() > (entry.packed() + 1) * MOST_PER_BYTE) {
            throw damaged(name, null);
        }
        ByteBuffer packed = source.slice(entry.offset(), (int) entry.packed());
        byte[] head = inflate(name, packed.duplicate(), (int) Math.min(entry.size(), NpyHeader.LARGEST), false);
        long expected = Npy.expected(name, NpyHeader.parse(name, ByteBuffer.wrap(head)));
        if (expected != entry.size()) {
            throw new WeightsException(
                    name + " unpacks to " + entry.size() + " bytes, but its header asks for " + expected,
                    "save it again with numpy.savez");
        }
        byte[] whole = inflate(name, packed, (int) entry.size(), true);
        CRC32 crc = new CRC32();
        crc.update(whole);
        if ((int) crc.getValue() != entry.crc()) {
            throw damaged(name, null);
        }
        return Npy.tensor(name, ByteSource.memory(name, whole), 0, whole.length);
    }

    /** Unpacks exactly that many bytes; when {@code last}, the stream must end there. */
    private static byte[] inflate(String name, ByteBuffer packed, int bytes, boolean last) {
        byte[] out = new byte[bytes];
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(packed);
            int at = 0;
            while (at < bytes) {
                int more = inflater.inflate(out, at, bytes - at);
                if (more == 0) {
                    throw damaged(name, null);
                }
                at += more;
            }
            if (last && (inflater.inflate(new byte[1]) != 0 || !inflater.finished())) {
                throw damaged(name, null);
            }
            return out;
        } catch (DataFormatException e) {
            throw damaged(name, e);
        } finally {
            inflater.end();
        }
    }

    private static WeightsException damaged(String name, @Nullable Throwable cause) {
        return new WeightsException(name + " does not unpack to what its archive says", "copy or save it again", cause);
    }
}
