package io.seismo.weights.file;

import io.seismo.weights.ByteSource;
import io.seismo.weights.WeightsException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The directory of a zip file, read strictly, so that stored entries can be mapped where they lie.
 *
 * <p>Refused are more than 4,096 entries, names that occur twice or are no plain relative paths, encryption, methods other than stored and deflated,
 * entries that overlap or leave the file, and comments behind the directory longer than the format allows. Source:
 * PKWARE APPNOTE 6.3.10, 4.3.7 to 4.3.16, with the 64-bit extensions that numpy writes.
 */
final class ZipDirectory {

    static final int STORED = 0;
    static final int DEFLATED = 8;

    private static final int END = 0x06054b50;
    private static final int END_64 = 0x06064b50;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int LOCAL = 0x04034b50;
    private static final int END_BYTES = 22;
    private static final int LOCATOR_BYTES = 20;
    private static final int END_64_BYTES = 56;
    private static final int CENTRAL_BYTES = 46;
    private static final int LOCAL_BYTES = 30;
    private static final int LARGEST_COMMENT = 0xffff;
    private static final int LARGEST_DIRECTORY = 1 << 24;
    private static final int MOST_ENTRIES = 4096;
    private static final long IN_EXTRA = 0xffff_ffffL;

    private final ByteSource source;

    private ZipDirectory(ByteSource source) {
        this.source = source;
    }

    /**
     * One file within.
     *
     * @param name as stored
     * @param method stored or deflated
     * @param crc CRC-32 of its bytes
     * @param packed bytes in the archive
     * @param size bytes when unpacked
     * @param offset where the packed bytes begin
     */
    record Entry(String name, int method, int crc, long packed, long size, long offset) {}

    /** Entries in the order of the archive. */
    static List<Entry> read(ByteSource source) {
        return new ZipDirectory(source).entries();
    }

    private List<Entry> entries() {
        long end = end();
        ByteBuffer record = source.slice(end, END_BYTES);
        long count = record.getShort(10) & 0xffffL;
        long bytes = record.getInt(12) & IN_EXTRA;
        long start = record.getInt(16) & IN_EXTRA;
        if (count == 0xffff || bytes == IN_EXTRA || start == IN_EXTRA) {
            ByteBuffer wide = end64(end);
            count = wide.getLong(32);
            bytes = wide.getLong(40);
            start = wide.getLong(48);
        }
        boolean fits = start >= 0 && bytes >= 0 && bytes <= LARGEST_DIRECTORY && start <= end - bytes;
        if (!fits || count < 0 || count > MOST_ENTRIES) {
            throw refused("its directory of " + count + " entries and " + bytes + " bytes does not fit");
        }
        List<Entry> entries = new ArrayList<>();
        ByteBuffer directory = bytes == 0 ? ByteBuffer.allocate(0) : source.slice(start, (int) bytes);
        for (int i = 0; i < count; i++) {
            entries.add(entry(directory, start));
        }
        checkApart(entries, start);
        return entries;
    }

    /** The end record, searched from the last place it can be at. */
    private long end() {
        long last = source.size() - END_BYTES;
        if (last < 0) {
            throw refused("it is too short");
        }
        int window = (int) Math.min(source.size(), END_BYTES + LARGEST_COMMENT);
        ByteBuffer tail = source.slice(source.size() - window, window);
        for (int at = window - END_BYTES; at >= 0; at--) {
            if (tail.getInt(at) == END && (tail.getShort(at + 20) & 0xffff) == window - END_BYTES - at) {
                return source.size() - window + at;
            }
        }
        throw refused("it has no directory; it may be truncated");
    }

    private ByteBuffer end64(long end) {
        if (end >= LOCATOR_BYTES) {
            ByteBuffer locator = source.slice(end - LOCATOR_BYTES, LOCATOR_BYTES);
            long at = locator.getLong(8);
            if (locator.getInt(0) == LOCATOR_64 && at >= 0 && at <= end - LOCATOR_BYTES - END_64_BYTES) {
                ByteBuffer record = source.slice(at, END_64_BYTES);
                if (record.getInt(0) == END_64) {
                    return record;
                }
            }
        }
        throw refused("its 64-bit directory is missing");
    }

    private Entry entry(ByteBuffer directory, long limit) {
        if (directory.remaining() < CENTRAL_BYTES || directory.getInt(directory.position()) != CENTRAL) {
            throw refused("its directory ends too early");
        }
        int at = directory.position();
        int flags = directory.getShort(at + 8);
        int method = directory.getShort(at + 10) & 0xffff;
        int nameLength = directory.getShort(at + 28) & 0xffff;
        int extraLength = directory.getShort(at + 30) & 0xffff;
        int whole = CENTRAL_BYTES + nameLength + extraLength + (directory.getShort(at + 32) & 0xffff);
        if (directory.remaining() < whole) {
            throw refused("its directory ends too early");
        }
        byte[] name = new byte[nameLength];
        directory.get(at + CENTRAL_BYTES, name);
        String text = new String(name, StandardCharsets.UTF_8);
        checkName(text);
        if ((flags & 1) != 0 || (method != STORED && method != DEFLATED)) {
            throw refused("entry " + text + " is encrypted, or packed by method " + method);
        }
        long[] wide = {
            directory.getInt(at + 24) & IN_EXTRA,
            directory.getInt(at + 20) & IN_EXTRA,
            directory.getInt(at + 42) & IN_EXTRA
        };
        widen(directory, at + CENTRAL_BYTES + nameLength, extraLength, wide);
        directory.position(at + whole);
        long data = data(text, wide[2], limit);
        if (wide[1] < 0 || wide[0] < 0 || wide[1] > limit - data || (method == STORED && wide[0] != wide[1])) {
            throw refused("entry " + text + " of " + wide[1] + " bytes does not fit");
        }
        return new Entry(text, method, directory.getInt(at + 16), wide[1], wide[0], data);
    }

    private void checkName(String name) {
        boolean plain = !name.isEmpty()
                && !name.startsWith("/")
                && name.chars().noneMatch(c -> c < ' ' || c == '\\' || c == ':')
                && !("/" + name + "/").contains("/../");
        if (!plain) {
            throw refused(
                    "an entry is named \"" + name.replaceAll("\\p{Cntrl}", "?") + "\", not a plain relative path");
        }
    }

    /** Takes size, packed size and offset, in this order, from the 64-bit extra field where the short fields say so. */
    private static void widen(ByteBuffer directory, int from, int length, long[] fields) {
        int end = from + length;
        for (int at = from; at + 4 <= end; at += 4 + (directory.getShort(at + 2) & 0xffff)) {
            int bytes = directory.getShort(at + 2) & 0xffff;
            if (directory.getShort(at) == 1 && at + 4 + bytes <= end) {
                int next = at + 4;
                for (int i = 0; i < fields.length; i++) {
                    if (fields[i] == IN_EXTRA && next + Long.BYTES <= at + 4 + bytes) {
                        fields[i] = directory.getLong(next);
                        next += Long.BYTES;
                    }
                }
            }
        }
    }

    /** Where the bytes of an entry begin, behind its local header. */
    private long data(String name, long header, long limit) {
        if (header < 0 || header > limit - LOCAL_BYTES) {
            throw refused("entry " + name + " lies outside");
        }
        ByteBuffer local = source.slice(header, LOCAL_BYTES);
        long data = header + LOCAL_BYTES + (local.getShort(26) & 0xffff) + (local.getShort(28) & 0xffff);
        if (local.getInt(0) != LOCAL || data > limit) {
            throw refused("entry " + name + " has no header of its own");
        }
        return data;
    }

    private void checkApart(List<Entry> entries, long limit) {
        Set<String> names = new HashSet<>();
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparingLong(Entry::offset));
        long at = 0;
        for (Entry entry : sorted) {
            if (!names.add(entry.name) || entry.offset < at + LOCAL_BYTES || entry.offset + entry.packed > limit) {
                throw refused("entry " + entry.name + " is there twice, or overlaps another");
            }
            at = entry.offset + entry.packed;
        }
    }

    private WeightsException refused(String reason) {
        return new WeightsException(source.name() + " is not a sound zip file: " + reason, "save or download it again");
    }
}
