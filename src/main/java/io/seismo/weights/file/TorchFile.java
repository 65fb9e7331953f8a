package io.seismo.weights.file;

import io.seismo.weights.ByteSource;
import io.seismo.weights.Tensor;
import io.seismo.weights.TensorType;
import io.seismo.weights.WeightsException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What {@code torch.save} writes: a zip file with a pickle of dictionaries and one stored member for each storage.
 *
 * <p>Only dictionaries, lists, numbers, text and tensors are understood; any other name in the pickle is refused, and
 * none is ever looked up or run. Nested dictionaries are joined with dots, except that what lies under a top-level
 * {@code state_dict} or {@code model_state_dict} counts as top level. Strides and offsets are kept, devices ignored. The
 * format before PyTorch 1.6, which is not a zip file, is refused.
 */
final class TorchFile implements Tensors {

    static final String EXTENSION = ".pt";
    static final String OTHER_EXTENSION = ".pth";

    private static final String PICKLE = "data.pkl";
    private static final short ZIP = 'P' | 'K' << 8;
    private static final long LONGEST_PICKLE = 16 << 20;
    private static final int DEEPEST = 8;
    private static final int MOST_VALUES = 100_000;
    private static final int LARGEST_RANK = 8;
    private static final Map<String, TensorType> STORAGES = Map.of(
            "torch.DoubleStorage", TensorType.F64,
            "torch.FloatStorage", TensorType.F32,
            "torch.HalfStorage", TensorType.F16,
            "torch.BFloat16Storage", TensorType.BF16,
            "torch.LongStorage", TensorType.I64,
            "torch.IntStorage", TensorType.I32);

    private final ByteSource source;
    private final SortedMap<String, ZipDirectory.Entry> members = new TreeMap<>();
    private final String root;
    private final Map<String, Tensor> tensors = new TreeMap<>();
    private final Map<String, String> values = new TreeMap<>();
    private int seen;

    private TorchFile(ByteSource source) {
        this.source = source;
        if (source.size() < 2 || source.slice(0, 2).getShort(0) != ZIP) {
            throw refused("it is no zip file; PyTorch before 1.6 wrote bare pickles");
        }
        ZipDirectory.read(source).forEach(entry -> members.put(entry.name(), entry));
        String pickle = members.keySet().stream()
                .filter(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE))
                .findFirst()
                .orElseThrow(() -> refused("it holds no " + PICKLE + " (TorchScript and files before 1.6 do not)"));
        this.root = pickle.substring(0, pickle.length() - PICKLE.length());
        members.values().forEach(member -> {
            if (member.method() != ZipDirectory.STORED) {
                throw refused(member.name() + " is compressed, which torch.save never does");
            }
        });
    }

    /** Reads the pickle; tensors stay where they are. */
    static TorchFile read(ByteSource source) {
        TorchFile file = new TorchFile(source);
        ZipDirectory.Entry pickle = file.member(PICKLE);
        ZipDirectory.Entry order = file.members.get(file.root + "byteorder");
        if (order != null
                && source.slice(order.offset(), (int) Math.min(order.size(), 6)).get(0) != 'l') {
            throw file.refused("its numbers are big-endian");
        }
        if (pickle.size() > LONGEST_PICKLE) {
            throw file.refused("its pickle of " + pickle.size() + " bytes is longer than " + LONGEST_PICKLE);
        }
        try {
            Object value = Pickle.read(source.slice(pickle.offset(), (int) pickle.size()), file::build);
            file.flatten("", value, 0);
        } catch (IllegalArgumentException | ArithmeticException | ClassCastException e) {
            throw file.refused("its pickle is refused, and nothing of it was run: " + e.getMessage());
        }
        return file;
    }

    @Override
    public ByteSource source() {
        return source;
    }

    @Override
    public Map<String, Tensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    @Override
    public String metadata(String key) {
        return values.getOrDefault(key, "");
    }

    private void flatten(String path, Object value, int depth) {
        if (++seen > MOST_VALUES || depth > DEEPEST) {
            throw new IllegalArgumentException("it is nested too deeply or holds more than " + MOST_VALUES + " values");
        }
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, inner) -> flatten(join(path, String.valueOf(key)), inner, depth + 1));
        } else if (value instanceof Tensor tensor) {
            Tensor named =
                    new Tensor(path, tensor.type(), tensor.shape(), tensor.source(), tensor.offset(), tensor.strides());
            if (tensors.put(path, named) != null) {
                throw new IllegalArgumentException("two tensors are named " + path);
            }
        } else if (value instanceof String || value instanceof Number || value instanceof Boolean) {
            values.put(path, String.valueOf(value));
        }
    }

    private static String join(String path, String key) {
        boolean wrapper = path.isEmpty() && (key.equals("state_dict") || key.equals("model_state_dict"));
        if (wrapper) {
            return "";
        }
        return path.isEmpty() ? key : path + "." + key;
    }

    private Object build(Object wanted) {
        if (wanted instanceof Pickle.Persistent persistent) {
            return storage(persistent.id());
        }
        Pickle.Call call = (Pickle.Call) wanted;
        return switch (call.name()) {
            case "collections.OrderedDict" -> dictionary(call.arguments());
            case "torch._utils._rebuild_tensor_v2" -> tensor(call.arguments());
            case "torch._utils._rebuild_parameter" -> call.arguments().get(0);
            case "torch.device" -> String.valueOf(call.arguments().get(0));
            case "torch.Size" -> call.arguments().get(0);
            default -> throw new IllegalArgumentException("it wants to call " + call.name());
        };
    }

    private static Object dictionary(List<Object> arguments) {
        if (!arguments.isEmpty()) {
            throw new IllegalArgumentException("an OrderedDict is made from arguments");
        }
        return new LinkedHashMap<>();
    }

    /** A storage the pickle refers to: ('storage', type, key, device, elements). */
    private Object storage(Object id) {
        List<?> parts = id instanceof List<?> list ? list : List.of();
        if (parts.size() != 5 || !"storage".equals(parts.get(0)) || !(parts.get(1) instanceof Pickle.Global type)) {
            throw new IllegalArgumentException("it refers to something that is not a storage");
        }
        ZipDirectory.Entry data = member("data/" + parts.get(2));
        TensorType known = STORAGES.get(type.name());
        return known == null ? Pickle.NONE : new Storage(known, data);
    }

    /** _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks). */
    private Object tensor(List<Object> arguments) {
        if (arguments.size() < 4) {
            throw new IllegalArgumentException("a tensor lacks arguments");
        }
        if (!(arguments.get(0) instanceof Storage storage)) {
            return Pickle.NONE;
        }
        long first = natural(arguments.get(1));
        List<Long> shape = naturals(arguments.get(2));
        List<Long> strides = naturals(arguments.get(3));
        if (shape.size() != strides.size() || shape.size() > LARGEST_RANK) {
            throw new IllegalArgumentException("a tensor has sizes " + shape + " but strides " + strides);
        }
        long last = first;
        long elements = 1;
        for (int i = 0; i < shape.size(); i++) {
            elements = Math.multiplyExact(elements, shape.get(i));
            last = Math.addExact(last, Math.multiplyExact(shape.get(i) - 1, strides.get(i)));
        }
        long available = storage.member.size() / storage.type.bytes();
        if (elements > 0 && (last >= available || elements > available)) {
            throw new IllegalArgumentException("a tensor " + shape + " with strides " + strides + " from " + first
                    + " reaches outside its storage of " + available);
        }
        long offset = storage.member.offset() + first * storage.type.bytes();
        return new Tensor("", storage.type, shape, source, offset, strides);
    }

    private static List<Long> naturals(Object value) {
        return ((List<?>) value).stream().map(TorchFile::natural).toList();
    }

    private static long natural(Object value) {
        if (!(value instanceof Long number) || number < 0) {
            throw new IllegalArgumentException("a size, stride or offset is " + value);
        }
        return number;
    }

    private ZipDirectory.Entry member(String name) {
        ZipDirectory.Entry member = members.get(root + name);
        if (member == null) {
            throw refused("it holds no " + name);
        }
        return member;
    }

    private WeightsException refused(String reason) {
        return new WeightsException(
                source.name() + " is not a sound PyTorch file: " + reason,
                "save the tensors alone, with torch.save(sae.state_dict(), …) or as safetensors");
    }

    private record Storage(TensorType type, ZipDirectory.Entry member) {}
}
