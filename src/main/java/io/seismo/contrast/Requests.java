package io.seismo.contrast;

import io.seismo.weights.WeightsException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The requests of a run in the order they ended, with group and use; 2^20 at most. */
public final class Requests {

    private static final int MOST = 1 << 20;

    /** What a request is used for. */
    public enum Use {
        /** Rules are chosen on it. */
        CHOOSING,
        /** Rules are measured on it. */
        MEASURING,
        /** Neither: the other half of a file when further files are held out. */
        CONFIRMING,
        /** Neither: without a scored row, or held out and equal to one that rules are chosen on. */
        UNUSED
    }

    private final Map<String, Integer> numbers = new HashMap<>();
    private final Set<Long> chosenOn = new HashSet<>();
    private byte[] groups = new byte[64];
    private byte[] uses = new byte[64];
    private long[] contents = new long[64];
    private int size;
    private int repeats;

    /**
     * Enters a request that has ended.
     *
     * @param id its id
     * @param group what it is said to be
     * @param use what it is for
     * @param content hash of its rows
     * @return its number
     * @throws WeightsException when the id is known: one request cannot be two things
     */
    int add(String id, Group group, Use use, long content) {
        if (size == MOST) {
            throw new WeightsException("more than " + MOST + " requests", "use fewer or smaller files");
        }
        Integer known = numbers.putIfAbsent(id, size);
        if (known != null) {
            throw new WeightsException(
                    "request " + id + " is in two files, as " + group(known) + " and as " + group,
                    "give each request once: a rule must not be measured on what it was chosen on");
        }
        if (size == uses.length) {
            groups = Arrays.copyOf(groups, size * 2);
            uses = Arrays.copyOf(uses, size * 2);
            contents = Arrays.copyOf(contents, size * 2);
        }
        groups[size] = (byte) group.ordinal();
        uses[size] = (byte) use.ordinal();
        contents[size] = content;
        if (use == Use.CHOOSING) {
            chosenOn.add(content);
        }
        return size++;
    }

    /** Takes requests out of the measurement whose rows equal those of one that rules are chosen on. */
    public void dropRepeats() {
        for (int i = 0; i < size; i++) {
            boolean outside = use(i) == Use.MEASURING || use(i) == Use.CONFIRMING;
            if (outside && chosenOn.contains(contents[i])) {
                repeats += use(i) == Use.MEASURING ? 1 : 0;
                uses[i] = (byte) Use.UNUSED.ordinal();
            }
        }
    }

    /** How many were taken out of the measurement. */
    int repeats() {
        return repeats;
    }

    /** How many have ended. */
    public int size() {
        return size;
    }

    /** The number of a request that has ended. */
    int number(String id) {
        Integer number = numbers.get(id);
        if (number == null) {
            throw new IllegalArgumentException("request " + id + " was not there in the first pass");
        }
        return number;
    }

    Group group(int number) {
        return Group.values()[groups[number]];
    }

    Use use(int number) {
        return Use.values()[uses[number]];
    }

    /** How many of a group are used in a way. */
    public int count(Group group, Use use) {
        int count = 0;
        for (int i = 0; i < size; i++) {
            count += groups[i] == group.ordinal() && uses[i] == use.ordinal() ? 1 : 0;
        }
        return count;
    }
}
