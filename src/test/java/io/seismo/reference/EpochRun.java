package io.seismo.reference;

import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.wire.PanePartial;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Production and the reference over the same records of several epochs. */
final class EpochRun {

    final List<List<byte[]>> records;
    final Plans plans;
    final ReferenceDigest wanted;
    final List<Scored> scored;
    final Watched watched;

    /**
     * Production restarts at random and sees partitions interleaved at random.
     *
     * @param seed of both
     */
    EpochRun(Traffic traffic, List<MonitorPlan> plans, long seed) {
        this.records = traffic.records();
        this.plans = Plans.known(plans);
        this.wanted = ReferenceDigest.of(records, this.plans, PlanFixture::encoders);
        ProductionRun production =
                new ProductionRun(this.plans, PlanFixture::encoders, new SplittableRandom(seed), 150);
        this.scored = production.score(records);
        this.watched = production.watch(scored);
    }

    /** What differs, in words, from the first machine to the last; none when all agree. */
    List<String> differences() {
        return differences(wanted);
    }

    /** How production differs from another reference. */
    List<String> differences(ReferenceDigest reference) {
        List<String> differences = new ArrayList<>();
        Optional<String> watch = difference(reference);
        for (int p = 0; p < records.size(); p++) {
            differ("scores of " + p, reference.requestScores(p), scored.get(p).scores(), differences);
            differ("breaches of " + p, reference.breaches(p), scored.get(p).breaches(), differences);
            for (int w = 0; w < plans.newest().shape().watchPartitions(); w++) {
                var should = ReferencePartials.of(reference.model(), p, w);
                var is = scored.get(p).to(w);
                differ("epochs of panes of " + p, epochs(should), epochs(is), differences);
                // Costly, and needed only to say what it is that differs.
                if (watch.isPresent()) {
                    differ("facts of " + p, List.of(), DecodedPanes.differences(should, is), differences);
                }
            }
        }
        watch.ifPresent(differences::add);
        return differences;
    }

    /** How what WATCH wrote differs from another reference. */
    Optional<String> difference(ReferenceDigest reference) {
        return reference.difference(watched.digests(), watched.transitions());
    }

    private static List<String> epochs(List<PanePartial> partials) {
        return DecodedPanes.epochs(partials).entrySet().stream()
                .map(Object::toString)
                .toList();
    }

    private static void differ(String what, List<?> should, List<?> is, List<String> differences) {
        for (int i = 0; i < Math.max(should.size(), is.size()); i++) {
            Object wanted = i < should.size() ? should.get(i) : "none";
            Object actual = i < is.size() ? is.get(i) : "none";
            if (!wanted.equals(actual)) {
                differences.add(what + ", " + i + ": should be\n" + wanted + "and is\n" + actual);
                return;
            }
        }
    }
}
