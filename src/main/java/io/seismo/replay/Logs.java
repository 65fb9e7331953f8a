package io.seismo.replay;

import io.seismo.activation.Intake;
import io.seismo.activation.Loaded;
import io.seismo.encoder.EncoderException;
import io.seismo.score.Journal;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.spec.TopicNames;
import io.seismo.wire.PanePartial;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;

/** Opens what a replay reads, where its start needs it, and notices what is no longer there. */
final class Logs {

    private final Replay.Request request;
    private final TopicNames topics;
    private final Loaded loaded;
    private final List<String> gaps = new ArrayList<>();

    Logs(Replay.Request request, Loaded loaded) {
        this.request = request;
        this.topics = new TopicNames(request.plan().deployment());
        this.loaded = loaded;
    }

    /** One source a partition; the caller closes them. */
    List<FeatureSource> open(StartPoint start) {
        gaps.clear();
        List<FeatureSource> sources = new ArrayList<>();
        for (int p = 0; p < request.plan().shape().partitions(); p++) {
            sources.add(
                    request.source() == Replay.Source.FEATURES
                            ? recordedFeatures(p, start.offset(p))
                            : reencoded(p, start));
        }
        return sources;
    }

    /** What the start needs and the log no longer has, in words; known after {@link #open}. */
    List<String> gaps() {
        return List.copyOf(gaps);
    }

    /** What was contributed live to a place. */
    Contributions contributions(Place place) {
        Contributions live = new Contributions(place);
        TopicPartition log = new TopicPartition(topics.panePartials(), place.watchPartition());
        Recorded.each(request.client(), log, PanePartial.parser(), live::add);
        return live;
    }

    private FeatureSource recordedFeatures(int partition, long afterOffset) {
        PartitionLog log = new PartitionLog(request.client(), topics.features(), partition);
        RecordedFeatures source = RecordedFeatures.seek(log, afterOffset);
        if (log.kept() > 0 && !source.joins()) {
            gaps.add(gone(topics.features(), partition, log.kept()));
        }
        return source;
    }

    private FeatureSource reencoded(int partition, StartPoint start) {
        PartitionLog log = new PartitionLog(request.client(), topics.activations(), partition, start.offset(partition));
        if (log.kept() > start.offset(partition) + 1) {
            gaps.add(gone(topics.activations(), partition, log.kept()));
        }
        Intake intake = new Intake(
                Plans.known(request.plans()),
                Loaded.of(plan -> load(plan, loaded), plan -> load(plan, loaded::canaries), loaded::done),
                Journal.NONE);
        start.restore(partition, StartPoint.Part.GATE, intake::restore);
        return new ReencodedFeatures(log, intake);
    }

    /**
     * Refusing frames for want of weights is right when live, and so is not to compare canaries for want of a recording; in
     * a replay it would only show as differences.
     */
    private <T> T load(MonitorPlan plan, Function<MonitorPlan, T> from) {
        try {
            return from.apply(plan);
        } catch (EncoderException e) {
            throw new ReplayException(
                    "activations of epoch " + plan.epoch() + " cannot be encoded again: " + e.getMessage(), e);
        }
    }

    private static String gone(String topic, int partition, long kept) {
        return topic + "-" + partition + " is kept from offset " + kept
                + " on, and the replay would have to start before that";
    }
}
