package io.seismo.window;

/**
 * A ring of time slots: where the roll-up of a block over a minute or an hour lies in a store.
 *
 * <p>A slot has an absolute number, {@code floorDiv(time, slotMs)}, and a place in the ring, {@code slot mod slots}. The
 * value at a place carries its absolute slot, see {@link RollUp}, so that what an earlier turn left there is recognised
 * and replaced; nothing ever has to be deleted for time to move on. Bound: {@link #slots()} values per level and block.
 */
public enum Ring {
    /** An hour by the minute. */
    MINUTES("m", 60, 60_000),
    /** A day by the hour. */
    HOURS("h", 24, 3_600_000),
    /** A week by the hour, so that a slot is an hour of the week. */
    WEEK("w", 168, 3_600_000);

    /** Prefix of all roll-ups in a store. */
    public static final String PREFIX = "r/";

    private final String level;
    private final int slots;
    private final long slotMs;

    Ring(String level, int slots, long slotMs) {
        this.level = level;
        this.slots = slots;
        this.slotMs = slotMs;
    }

    /** Places in the ring. */
    public int slots() {
        return slots;
    }

    /** Length of a slot. */
    public long slotMs() {
        return slotMs;
    }

    /** Absolute number of the slot that holds an event time. */
    public long slot(long timeMs) {
        return Math.floorDiv(timeMs, slotMs);
    }

    /** {@code r/<level>/<block key>/<place, 3 digits>}. */
    public String key(String blockKey, long slot) {
        int place = (int) Math.floorMod(slot, (long) slots);
        String digits = Integer.toString(place);
        return prefix(blockKey) + "000".substring(digits.length()) + digits;
    }

    /** The block key in a key as {@link #key} gives it. */
    public static String blockOf(String key) {
        int start = key.indexOf('/', PREFIX.length()) + 1;
        return key.substring(start, key.lastIndexOf('/'));
    }

    /** What all slots of a block start with. */
    public String prefix(String blockKey) {
        return PREFIX + level + "/" + blockKey + "/";
    }
}
