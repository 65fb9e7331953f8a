package io.seismo.spec;

import static io.seismo.spec.Field.absent;
import static io.seismo.spec.Field.optional;
import static io.seismo.spec.Field.required;

import io.seismo.wire.Dtype;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The language of a spec from the root down to taps and encoders; {@link AlarmGrammar} has the rest. The parser reads
 * by it and {@link SpecSchema} prints it.
 */
final class Grammar {

    private Grammar() {}

    /** {@code model}. */
    static final class Model {
        static final Field<String> NAME = required("name", Forms.line(128), "Name of the model, as frames carry it.");
        static final Field<String> REVISION =
                required("revision", Forms.line(128), "Revision of the model, as frames carry it.");
        static final Shape<MonitorSpec.ModelSpec> SHAPE =
                new Shape<>("a model", v -> new MonitorSpec.ModelSpec(v.get(NAME), v.get(REVISION)), NAME, REVISION);

        private Model() {}
    }

    /** {@code taps.<name>}. */
    static final class Tap {
        static final Field<String> TOPIC =
                optional("topic", WordKind.of("a topic", "activations"), "activations", "Topic that frames arrive on.");
        static final Field<String> HOOK = required(
                "hook",
                Forms.line("a hook name", "such as blocks.3.resid_post", "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"),
                "Hook name of the tensor, such as blocks.3.resid_post.");
        static final Field<Integer> D_IN =
                required("d_in", NumberKind.integer(1, 65_536), "Width of a row of activations.");
        static final Field<Dtype> DTYPE = required("dtype", dtype(), "Element type frames must carry.");
        static final Field<java.util.List<TapSpec.Skip>> SKIP = optional(
                "skip",
                new ListKind<>("sorts of rows", skip(), 4),
                "[special, padding, first, sinks]",
                "Rows that are counted but never scored: special tokens, padding (never scored in any case),"
                        + " position 0, attention sinks.");
        static final Field<Double> SINK_NORM = absent(
                "sink_norm",
                NumberKind.real(0.000001, NumberKind.ANY),
                "Norm of a row above which it is an attention sink; the encoder's own figure when absent.");
        static final Shape<TapSpec> SHAPE = new Shape<>("a tap", Tap::make, TOPIC, HOOK, D_IN, DTYPE, SKIP, SINK_NORM);

        private Tap() {}

        private static TapSpec make(Values v) {
            Double norm = v.orNull(SINK_NORM);
            Float sinkNorm = norm == null ? null : (Float) norm.floatValue();
            return new TapSpec(v.get(TOPIC), v.get(HOOK), v.get(D_IN), v.get(DTYPE), v.get(SKIP), sinkNorm);
        }

        private static WordKind<Dtype> dtype() {
            Map<String, Dtype> words = new LinkedHashMap<>();
            words.put("bf16", Dtype.DTYPE_BF16);
            words.put("f16", Dtype.DTYPE_F16);
            words.put("f32", Dtype.DTYPE_F32);
            return new WordKind<>("a dtype", words, Set.of());
        }

        private static WordKind<TapSpec.Skip> skip() {
            Map<String, TapSpec.Skip> words = new LinkedHashMap<>();
            words.put("special", TapSpec.Skip.SPECIAL);
            words.put("padding", TapSpec.Skip.PADDING);
            words.put("first", TapSpec.Skip.FIRST);
            words.put("sinks", TapSpec.Skip.SINKS);
            return new WordKind<>("a sort of rows", words, Set.of());
        }
    }

    /** {@code encoders.<name>}. */
    static final class Encoder {
        private static final TextKind<String> LOCATION = Forms.line(
                "where the weights are",
                "a directory or file, such as demo/sae",
                "[A-Za-z0-9._/][A-Za-z0-9._/@:+-]{0,255}");
        static final Field<String> SAE =
                required("sae", LOCATION, "Directory of the SAE's weights; demo/… for those in the jar.");
        static final Field<String> PROBE =
                required("probe", LOCATION, "File of the probe: .safetensors, .npz, .pt or .onnx.");
        static final Field<String> TAP = required("tap", Forms.reference(Namespace.TAP), "Tap it reads.");
        static final Field<List<String>> TAPS = required(
                "tap",
                new EitherKind<>(
                        Forms.referenceAlone(Namespace.TAP),
                        new ListKind<>("taps", Forms.reference(Namespace.TAP), 16),
                        YamlNode.Sequence.class),
                "Tap it reads, or a list of taps whose rows of one token it reads side by side.");
        static final Field<String> FEATURES = absent(
                "features",
                Forms.reference(Namespace.ENCODER),
                "SAE on the same tap whose features it reads, instead of rows.");
        static final Field<ProbeScore> SCORE = optional(
                "score",
                score(),
                "logit",
                "What a linear probe gives: logit (w·x + b), raw (w·x), or unit (w·x / ‖w‖).");
        static final Field<String> WATCH = optional(
                "watch",
                WordKind.of("which tokens to watch", "every token"),
                "every token",
                "Tokens whose watched columns are computed.");
        static final Field<Double> FULL = optional(
                "full",
                Forms.requests(),
                "none",
                "Requests whose tokens are encoded in full, for statistics over all features; the choice is a hash of"
                        + " the request id.");
        static final Field<Integer> CUDA =
                required("cuda", NumberKind.integer(0, 63), "Number of the GPU, as the CUDA driver counts them.");
        static final Field<String> FALLBACK =
                required("fallback", WordKind.of("what stands in", "cpu"), "What stands in when it cannot be used.");
        static final Shape<Device> DEVICE_SHAPE =
                new Shape<>("a device", v -> new Device(v.get(CUDA), true), CUDA, FALLBACK);
        static final Field<Device> DEVICE = optional(
                "device",
                new EitherKind<>(Forms.device(), DEVICE_SHAPE, YamlNode.Mapping.class),
                "cpu",
                "Where it runs: cpu, cuda:0, or { cuda: 0, fallback: cpu }.");
        static final Shape<EncoderSpec.Sae> SAE_SHAPE = new Shape<>(
                "an SAE",
                v -> new EncoderSpec.Sae(v.get(SAE), v.get(TAP), v.get(FULL), v.get(DEVICE)),
                SAE,
                TAP,
                WATCH,
                FULL,
                DEVICE);
        static final Shape<EncoderSpec.Probe> PROBE_SHAPE =
                new Shape<>("a probe", Encoder::probe, PROBE, TAPS, FEATURES, SCORE, WATCH, DEVICE);

        private Encoder() {}

        private static EncoderSpec.Probe probe(Values v) {
            String features = v.orNull(FEATURES);
            return new EncoderSpec.Probe(
                    v.get(PROBE), v.get(TAPS), features == null ? "" : features, v.get(SCORE), v.get(DEVICE));
        }

        private static WordKind<ProbeScore> score() {
            Map<String, ProbeScore> words = new LinkedHashMap<>();
            words.put("logit", ProbeScore.LOGIT);
            words.put("raw", ProbeScore.RAW);
            words.put("unit", ProbeScore.UNIT);
            return new WordKind<>("a score", words, Set.of());
        }

        static UnionKind<EncoderSpec> kind() {
            Map<String, Shape<? extends EncoderSpec>> sorts = new LinkedHashMap<>();
            sorts.put("sae", SAE_SHAPE);
            sorts.put("probe", PROBE_SHAPE);
            return UnionKind.byPresence("an encoder", sorts);
        }
    }

    /** {@code canaries.<name>}. */
    static final class Canary {
        static final Field<String> RECORDED = required(
                "recorded",
                Forms.line(
                        "where the recorded rows are",
                        "a file, such as canaries/greeting.safetensors",
                        "[A-Za-z0-9._/][A-Za-z0-9._/@:+-]{0,255}"),
                "Safetensors file of the prompt's rows, a tensor a hook point.");
        static final Field<Double> TOLERANCE = optional(
                "tolerance",
                Forms.tolerance(),
                "1%",
                "How far a row may be from the recorded one, relative to its norm; exact for bit for bit.");
        static final Shape<CanarySpec> SHAPE =
                new Shape<>("a canary", v -> new CanarySpec(v.get(RECORDED), v.get(TOLERANCE)), RECORDED, TOLERANCE);

        private Canary() {}
    }

    static final Field<Integer> SEISMO = required("seismo", NumberKind.integer(1, 1), "Version of this language; 1.");
    static final Field<String> DEPLOYMENT = optional(
            "deployment",
            Forms.line("the name of a deployment", "1 to 40 of a-z, 0-9 and -", "[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?"),
            "default",
            "Prefix of topics and application ids.");
    static final Field<MonitorSpec.ModelSpec> MODEL =
            required("model", Model.SHAPE, "The model whose activations arrive.");
    static final Field<SortedMap<String, TapSpec>> TAPS = required(
            "taps",
            new MapKind<>(Namespace.TAP, Forms.name("a tap"), Tap.SHAPE, 16),
            "Subscriptions to hook points of the model, by name.");
    static final Field<SortedMap<String, EncoderSpec>> ENCODERS = required(
            "encoders",
            new MapKind<>(Namespace.ENCODER, Forms.name("an encoder"), Encoder.kind(), 64),
            "SAEs and probes, by name.");
    static final Field<SortedMap<String, WatchSpec>> WATCH = required(
            "watch",
            new MapKind<>(Namespace.WATCH, Forms.name("a watch entry"), AlarmGrammar.Watch.SHAPE, 1_000),
            "What is watched, by name.");
    static final Field<SortedMap<String, DetectorSpec>> DETECTORS = required(
            "detectors",
            new MapKind<>(Namespace.DETECTOR, Forms.name("a detector"), AlarmGrammar.Detector.kind(), 64),
            "Detectors, by name.");
    static final Field<SortedMap<String, AlertSpec>> ALERTS = required(
            "alerts",
            new MapKind<>(Namespace.ALERT, Forms.alertName(), AlarmGrammar.Alert.SHAPE, 64),
            "Alert rules, by name.");
    static final Field<SortedMap<String, ReceiverSpec>> RECEIVERS = optional(
            "receivers",
            new MapKind<>(Namespace.RECEIVER, Forms.name("a receiver"), AlarmGrammar.Receiver.kind(), 16),
            "{ log: { log: text } }",
            "Who is told, by name.");
    static final Field<MonitorSpec.LinksSpec> LINKS =
            optional("links", SettingGrammar.LINKS, "{}", "Links in the evidence.");
    static final Field<MonitorSpec.KeepSpec> KEEP =
            optional("keep", SettingGrammar.KEEP, "{}", "How long topics keep their records.");
    static final Field<Timing> TIME = optional("time", SettingGrammar.TIME, "{}", "The arithmetic of event time.");
    static final Field<MonitorPlan.RequestLife> REQUESTS =
            optional("requests", SettingGrammar.REQUESTS, "{}", "When a request closes without an end marker.");
    static final Field<MonitorPlan.BaselinePolicy> BASELINE =
            optional("baseline", SettingGrammar.BASELINE, "{}", "How baselines learn.");
    static final Field<MonitorPlan.Shape> PARTITIONS = optional(
            "partitions", SettingGrammar.PARTITIONS, "{}", "Partition counts, fixed for a generation of a deployment.");

    static final Field<SortedMap<String, CanarySpec>> CANARIES = absent(
            "canaries",
            new MapKind<>(Namespace.CANARY, Forms.name("a canary"), Canary.SHAPE, 16),
            "Prompts whose rows are known, by name: sent through the capture path now and then.");

    static final Shape<MonitorSpec> ROOT = new Shape<>(
            "a spec",
            Grammar::make,
            SEISMO,
            DEPLOYMENT,
            MODEL,
            TAPS,
            ENCODERS,
            WATCH,
            DETECTORS,
            ALERTS,
            RECEIVERS,
            LINKS,
            KEEP,
            TIME,
            REQUESTS,
            BASELINE,
            PARTITIONS,
            CANARIES);

    private static MonitorSpec make(Values v) {
        SortedMap<String, CanarySpec> canaries = v.orNull(CANARIES);
        return new MonitorSpec(
                v.get(SEISMO),
                v.get(DEPLOYMENT),
                v.get(MODEL),
                v.get(TAPS),
                v.get(ENCODERS),
                v.get(WATCH),
                v.get(DETECTORS),
                v.get(ALERTS),
                v.get(RECEIVERS),
                v.get(LINKS),
                v.get(KEEP),
                v.get(TIME),
                v.get(REQUESTS),
                v.get(BASELINE),
                v.get(PARTITIONS),
                canaries == null ? new TreeMap<>() : canaries);
    }
}
