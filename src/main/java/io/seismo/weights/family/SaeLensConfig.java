package io.seismo.weights.family;

import com.fasterxml.jackson.databind.JsonNode;
import io.seismo.weights.ByteSource;
import io.seismo.weights.InputNorm;
import io.seismo.weights.WeightsException;
import io.seismo.weights.file.JsonFile;
import java.util.Locale;

/**
 * {@code cfg.json} of SAELens, reduced to what decides the arithmetic.
 *
 * <p>Version 6 nests {@code metadata}; earlier ones are flat, with other names and defaults. Source: SAELens 6.38,
 * {@code saes/sae.py} and {@code loading/pretrained_sae_loaders.py}.
 *
 * @param architecture as named there, {@code topk} also where an old configuration only says so of its activation
 * @param k of topk; 0 otherwise
 * @param rescaleByDecoderNorm features are counted times the norms of their decoder rows
 * @param subtractsDecoderBias b_dec is taken from the input; never in a transcoder, where it belongs to the output
 * @param norm applied to the input
 * @param scaled the input was multiplied by a data-set-wide factor which the weights do not contain yet
 * @param dIn width of a row
 * @param dSae number of features
 * @param hook hook name of the input; that of a transcoder's output is not used
 * @param model model name
 * @param revision revision of the model, where something other than SAELens has noted it
 */
record SaeLensConfig(
        String architecture,
        int k,
        boolean rescaleByDecoderNorm,
        boolean subtractsDecoderBias,
        InputNorm norm,
        boolean scaled,
        int dIn,
        int dSae,
        String hook,
        String model,
        String revision) {

    static SaeLensConfig parse(ByteSource source) {
        return new Reader(source.name(), JsonFile.read(source)).read();
    }

    /** One configuration being read. */
    private record Reader(String file, JsonNode root) {

        SaeLensConfig read() {
            if (!root.isObject()) {
                throw refused("it is not a JSON object", "is it the cfg.json of an SAE?");
            }
            String architecture = architecture();
            String normalisation = normalisation();
            String hook = text("hook_name", text("hook_point", ""));
            checkInput(hook);
            boolean topk = architecture.equals("topk");
            boolean batch = architecture.endsWith("batchtopk");
            return new SaeLensConfig(
                    architecture,
                    topk ? k() : 0,
                    (topk || batch) && root.path("rescale_acts_by_decoder_norm").asBoolean(batch),
                    !architecture.endsWith("transcoder")
                            && root.path("apply_b_dec_to_input").asBoolean(true),
                    norm(normalisation, hook),
                    normalisation.equals("expected_average_only_in"),
                    size("d_in"),
                    size("d_sae"),
                    hook,
                    text("model_name", ""),
                    text("model_revision", ""));
        }

        private String architecture() {
            String named = text("architecture", "standard").toLowerCase(Locale.ROOT);
            String function = text("activation_fn", text("activation_fn_str", "relu"));
            if (named.equals("standard") && function.equals("topk")) {
                return "topk";
            }
            if (named.equals("standard") && !function.equals("relu")) {
                throw refused("its activation_fn is " + function, "relu and topk are supported");
            }
            return switch (named) {
                case "standard",
                        "gated",
                        "jumprelu",
                        "topk",
                        "batchtopk",
                        "matryoshka_batchtopk",
                        "transcoder",
                        "skip_transcoder",
                        "jumprelu_transcoder",
                        "jumprelu_skip_transcoder" -> named;
                case "temporal" ->
                    throw refused("temporal attends over the whole sequence", "use an SAE that encodes single tokens");
                case "matching_pursuit", "matching_pursuits" ->
                    throw refused("matching_pursuit is a loop without a bound", "use a feed-forward SAE");
                case "abstopk" ->
                    throw refused("abstopk keeps negative features", "use an SAE whose features are not negative");
                case "crosscoder", "clt" ->
                    throw refused(named + " reads or writes several layers at once", "use an SAE of one hook point");
                default ->
                    throw refused(
                            "architecture " + named + " is not supported",
                            "use standard, gated, jumprelu, topk, batchtopk or a transcoder of one hook point");
            };
        }

        private int k() {
            JsonNode k = root.has("k")
                    ? root.path("k")
                    : root.path("activation_fn_kwargs").path("k");
            if (!k.isIntegralNumber() || !k.canConvertToInt() || k.asInt() < 1) {
                throw refused("topk without k", "add k to the configuration");
            }
            return k.asInt();
        }

        private String normalisation() {
            JsonNode node = root.path("normalize_activations");
            if (node.isBoolean()) {
                return node.asBoolean() ? "expected_average_only_in" : "none";
            }
            return node.isMissingNode() || node.isNull() ? "none" : node.asText();
        }

        private InputNorm norm(String normalisation, String hook) {
            boolean centred = any("model_from_pretrained_kwargs")
                    .path("center_writing_weights")
                    .asBoolean(false);
            InputNorm norm = switch (normalisation) {
                case "none", "expected_average_only_in" -> InputNorm.NONE;
                case "layer_norm" -> InputNorm.LAYER_NORM;
                case "constant_norm_rescale" -> InputNorm.CONSTANT_NORM;
                default ->
                    throw refused(
                            "normalize_activations " + normalisation + " is not supported",
                            "use an SAE with none, layer_norm, constant_norm_rescale or expected_average_only_in");
            };
            if (!centred || norm == InputNorm.LAYER_NORM) {
                return norm;
            }
            if (norm != InputNorm.NONE
                    || !(hook.contains("resid") || hook.contains("mlp_out") || hook.contains("attn_out"))) {
                throw refused(
                        "it was trained with center_writing_weights at " + hook + " and normalisation " + normalisation,
                        "only residual stream, mlp_out and attn_out without normalisation can be centred");
            }
            return InputNorm.CENTRE;
        }

        private void checkInput(String hook) {
            JsonNode head = root.has("hook_head_index") ? root.path("hook_head_index") : any("hook_head_index");
            if (head.isIntegralNumber() || root.path("hook_point_head_index").isIntegralNumber()) {
                throw refused("it reads one attention head of " + hook, "use an SAE that reads the whole hook point");
            }
        }

        private int size(String name) {
            JsonNode node = root.path(name);
            if (!node.isIntegralNumber() || !node.canConvertToInt() || node.asInt() < 1) {
                throw refused(name + " is " + node, "it must be a positive whole number");
            }
            return node.asInt();
        }

        /** A setting of {@code metadata}, or of the top level in flat configurations. */
        private JsonNode any(String name) {
            JsonNode nested = root.path("metadata").path(name);
            return nested.isMissingNode() ? root.path(name) : nested;
        }

        private String text(String name, String otherwise) {
            JsonNode node = any(name);
            return node.isTextual() ? node.asText() : otherwise;
        }

        private WeightsException refused(String reason, String remedy) {
            return new WeightsException(file + ": " + reason, remedy);
        }
    }
}
