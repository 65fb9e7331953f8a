package io.seismo.weights.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads the few pickle instructions that {@code torch.save} needs for dictionaries of tensors, numbers and text.
 *
 * <p>Nothing is ever imported or called: a global is a name, and what a name applied to arguments means is asked of the
 * builder, which refuses whatever it does not know. Unknown instructions are refused. Each instruction pushes at most one
 * value, so that memory is bounded by the length of the pickle. Source: CPython {@code pickletools.py}, protocols 2 to 5.
 */
final class Pickle {

    /** A name that a pickle refers to. */
    record Global(String name) {}

    /** A name applied to arguments. */
    record Call(String name, List<Object> arguments) {}

    /** What stands for storage outside the pickle. */
    record Persistent(Object id) {}

    private static final Object MARK = new Object();
    /** Python's None. */
    static final Object NONE = new Object();

    private final ByteBuffer in;
    private final Function<Object, Object> builder;
    private final Deque<Object> stack = new ArrayDeque<>();
    private final Map<Long, Object> memo = new HashMap<>();

    private Pickle(ByteBuffer in, Function<Object, Object> builder) {
        this.in = in.order(ByteOrder.LITTLE_ENDIAN);
        this.builder = builder;
    }

    /**
     * Reads one value.
     *
     * @param bytes from position to limit
     * @param builder turns a {@link Call} or {@link Persistent} into a value, or throws
     * @throws IllegalArgumentException with the reason, when it is unsound or wants more than is allowed
     */
    static Object read(ByteBuffer bytes, Function<Object, Object> builder) {
        Pickle pickle = new Pickle(bytes, builder);
        Optional<Object> result = Optional.empty();
        while (result.isEmpty()) {
            if (!bytes.hasRemaining()) {
                throw new IllegalArgumentException("it ends without a result");
            }
            int instruction = bytes.get() & 0xff;
            result = instruction == '.' ? Optional.of(pickle.pop()) : pickle.step(instruction);
        }
        return result.get();
    }

    private Optional<Object> step(int instruction) {
        switch (instruction) {
            case 0x80 -> skip(1);
            case 0x95 -> skip(8);
            case 'N' -> push(NONE);
            case 0x88 -> push(true);
            case 0x89 -> push(false);
            case 'K' -> push((long) (take(1).get() & 0xff));
            case 'M' -> push((long) (take(2).getShort() & 0xffff));
            case 'J' -> push((long) take(4).getInt());
            case 0x8a -> push(number(take(take(1).get() & 0xff)));
            case 'G' -> push(take(8).order(ByteOrder.BIG_ENDIAN).getDouble());
            case 'X', 'T' -> push(text(length(take(4).getInt() & 0xffffffffL)));
            case 0x8c, 'U' -> push(text(take(1).get() & 0xff));
            case 'c' -> push(new Global(line() + "." + line()));
            case 0x93 -> {
                Object name = pop();
                push(new Global(word(pop()) + "." + word(name)));
            }
            default -> structure(instruction);
        }
        return Optional.empty();
    }

    private void structure(int instruction) {
        switch (instruction) {
            case '(' -> push(MARK);
            case '}' -> push(new LinkedHashMap<>());
            case ']', ')' -> push(new ArrayList<>());
            case 't', 'l' -> push(sinceMark());
            case 0x85 -> push(last(1));
            case 0x86 -> push(last(2));
            case 0x87 -> push(last(3));
            case 'q' -> memo.put((long) (take(1).get() & 0xff), peek());
            case 'r' -> memo.put(take(4).getInt() & 0xffffffffL, peek());
            case 0x94 -> memo.put((long) memo.size(), peek());
            case 'h' -> push(recall(take(1).get() & 0xff));
            case 'j' -> push(recall(take(4).getInt() & 0xffffffffL));
            case 'a' -> append(last(1));
            case 'e' -> append(sinceMark());
            case 's' -> set(last(2));
            case 'u' -> set(sinceMark());
            case 'Q' -> push(builder.apply(new Persistent(pop())));
            case 'R' -> {
                List<Object> arguments = list(pop());
                if (!(pop() instanceof Global global)) {
                    throw new IllegalArgumentException("it calls something that is not a name");
                }
                push(builder.apply(new Call(global.name(), arguments)));
            }
            case 'b' -> attributes(pop());
            default ->
                throw new IllegalArgumentException("instruction 0x" + Integer.toHexString(instruction) + " at byte "
                        + (in.position() - 1) + " is not allowed");
        }
    }

    /** Attributes of a dictionary, such as PyTorch's versions of modules, mean nothing here. */
    private void attributes(Object ignored) {
        if (!(peek() instanceof Map) || !(ignored instanceof Map || ignored == NONE)) {
            throw new IllegalArgumentException("it sets the state of an object");
        }
    }

    private void set(List<Object> pairs) {
        if (!(peek() instanceof Map) || pairs.size() % 2 != 0) {
            throw new IllegalArgumentException("it sets items of what is not a dictionary");
        }
        @SuppressWarnings("unchecked")
        Map<Object, Object> map = (Map<Object, Object>) peek();
        for (int i = 0; i < pairs.size(); i += 2) {
            Object key = pairs.get(i);
            if (!(key instanceof String || key instanceof Long)) {
                throw new IllegalArgumentException("a key is neither text nor a number");
            }
            map.put(key, pairs.get(i + 1));
        }
    }

    private void append(List<Object> more) {
        list(peek()).addAll(more);
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object value) {
        if (!(value instanceof List)) {
            throw new IllegalArgumentException("it lacks a list or tuple");
        }
        return (List<Object>) value;
    }

    private void push(Object value) {
        stack.push(value);
    }

    private Object pop() {
        Object value = peek();
        if (value == MARK) {
            throw new IllegalArgumentException("its marks are out of order");
        }
        stack.pop();
        return value;
    }

    private Object peek() {
        Object value = stack.peek();
        if (value == null) {
            throw new IllegalArgumentException("its stack runs empty");
        }
        return value;
    }

    private List<Object> last(int count) {
        List<Object> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(0, pop());
        }
        return values;
    }

    private List<Object> sinceMark() {
        List<Object> values = new ArrayList<>();
        while (peek() != MARK) {
            values.add(stack.pop());
        }
        stack.pop();
        Collections.reverse(values);
        return values;
    }

    private Object recall(long place) {
        Object value = memo.get(place);
        if (value == null) {
            throw new IllegalArgumentException("it recalls what it never stored");
        }
        return value;
    }

    private void skip(int count) {
        take(count);
    }

    private ByteBuffer take(int count) {
        if (count > in.remaining()) {
            throw new IllegalArgumentException("it is cut off at byte " + in.position());
        }
        ByteBuffer bytes = in.slice(in.position(), count).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + count);
        return bytes;
    }

    private int length(long claimed) {
        if (claimed > in.remaining()) {
            throw new IllegalArgumentException("it claims a text of " + claimed + " bytes");
        }
        return (int) claimed;
    }

    private String text(int length) {
        return StandardCharsets.UTF_8.decode(take(length)).toString();
    }

    private String line() {
        StringBuilder line = new StringBuilder();
        for (byte b = take(1).get(); b != '\n'; b = take(1).get()) {
            line.append((char) (b & 0xff));
        }
        return line.toString();
    }

    private static String word(Object value) {
        if (!(value instanceof String text)) {
            throw new IllegalArgumentException("a name is not text");
        }
        return text;
    }

    private static long number(ByteBuffer bytes) {
        if (bytes.remaining() > Long.BYTES) {
            throw new IllegalArgumentException("a number is longer than 64 bits");
        }
        long value = 0;
        int count = bytes.remaining();
        for (int i = 0; i < count; i++) {
            value |= (bytes.get(i) & 0xffL) << (8 * i);
        }
        int unused = Long.SIZE - 8 * count;
        return count == 0 ? 0 : value << unused >> unused;
    }
}
