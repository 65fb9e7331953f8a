package io.seismo.watch;

import com.google.protobuf.ByteString;
import io.seismo.window.Digests;
import io.seismo.wire.AlertCore;
import io.seismo.wire.BlockDigest;
import io.seismo.wire.CanaryCount;
import io.seismo.wire.PaneTotals;
import io.seismo.wire.RefusalCount;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Hashes by which replay is compared with live, one of each kind a pane.
 *
 * <p>Input is unambiguous: texts and bytes are preceded by their length, counts are 8 bytes big-endian, in the order of
 * the schema's field numbers.
 */
public final class PaneDigests {

    /** Block digests of one pane are listed up to this many bytes; {@code blocks} and {@code statistics} cover all. */
    static final int MAX_LISTED_BYTES = 384 * 1024;

    private PaneDigests() {}

    /** Statistics: merged blocks in key order, then the totals without frames and refusals, then canaries. */
    public static ByteString statistics(SortedMap<String, byte[]> blocks, PaneTotals totals) {
        MessageDigest digest = Digests.sha256();
        for (Map.Entry<String, byte[]> block : blocks.entrySet()) {
            Digests.addText(digest, block.getKey());
            Digests.addBytes(digest, block.getValue());
        }
        long[] counts = {
            totals.getRequestsSeen(),
            totals.getRowsSeen(),
            totals.getRowsScored(),
            totals.getRowsSpecial(),
            totals.getRowsPadding(),
            totals.getRowsFirst(),
            totals.getRowsSink(),
            totals.getRowsAccounted(),
            totals.getRowsServed(),
            totals.getFramesMissing(),
            totals.getOrphans(),
            totals.getEvictions(),
            totals.getSaturations(),
            totals.getSources(),
            totals.getRequestsSampled()
        };
        for (long count : counts) {
            Digests.addLong(digest, count);
        }
        addCanaries(digest, totals);
        return ByteString.copyFrom(digest.digest());
    }

    /** Nothing where there were none, so that panes from before there were canaries keep their digest. */
    private static void addCanaries(MessageDigest digest, PaneTotals totals) {
        if (totals.getRowsCanary() == 0 && totals.getCanariesCount() == 0) {
            return;
        }
        Digests.addLong(digest, totals.getRowsCanary());
        for (CanaryCount canary : totals.getCanariesList()) {
            Digests.addText(digest, canary.getCanary());
            Digests.addLong(digest, canary.getFindingValue());
            Digests.addLong(digest, canary.getSegments());
            Digests.addLong(digest, canary.getComplete());
            Digests.addText(digest, canary.getDetail());
        }
    }

    /** Refusals by reason, ascending: records and rows. */
    public static ByteString refusals(PaneTotals totals) {
        MessageDigest digest = Digests.sha256();
        for (RefusalCount refusal : totals.getRefusalsList()) {
            Digests.addLong(digest, refusal.getReasonValue());
            Digests.addLong(digest, refusal.getRecords());
            Digests.addLong(digest, refusal.getRows());
        }
        return ByteString.copyFrom(digest.digest());
    }

    /** Alert cores in the order they arose; empty when there were none. */
    public static ByteString alerts(List<AlertCore> cores) {
        if (cores.isEmpty()) {
            return ByteString.EMPTY;
        }
        MessageDigest digest = Digests.sha256();
        for (AlertCore core : cores) {
            Digests.addBytes(digest, core.toByteArray());
        }
        return ByteString.copyFrom(digest.digest());
    }

    /** One prefix a block, in key order, up to the bound. */
    static List<BlockDigest> blocks(SortedMap<String, byte[]> blocks) {
        List<BlockDigest> list = new ArrayList<>();
        int bytes = 0;
        for (Map.Entry<String, byte[]> block : blocks.entrySet()) {
            BlockDigest digest = BlockDigest.newBuilder()
                    .setKey(block.getKey())
                    .setPrefix(Digests.prefix64(block.getValue()))
                    .build();
            bytes += digest.getSerializedSize() + 4;
            if (bytes > MAX_LISTED_BYTES) {
                break;
            }
            list.add(digest);
        }
        return list;
    }
}
