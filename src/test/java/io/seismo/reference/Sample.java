package io.seismo.reference;

import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;

/** Which requests the full graphs encode: a hash of the request id, never load. */
final class Sample {

    private Sample() {}

    static boolean encodes(TapPlan.EncoderPlan encoder, String request) {
        return !encoder.probe() && drawn(encoder.fullFraction(), request);
    }

    /** Whether any full graph encodes the request. */
    static boolean any(MonitorPlan plan, String request) {
        return plan.taps().stream()
                .flatMap(tap -> tap.encoders().stream())
                .anyMatch(encoder -> encodes(encoder, request));
    }

    private static boolean drawn(double fraction, String request) {
        return (mixed(Numbers.fnv64(request)) >>> 11) * 0x1.0p-53 < fraction;
    }

    /** The finaliser of MurmurHash3, which spreads FNV's weak high bits. */
    private static long mixed(long hash) {
        long h = hash;
        h = (h ^ (h >>> 33)) * 0xFF51AFD7ED558CCDL;
        h = (h ^ (h >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return h ^ (h >>> 33);
    }
}
