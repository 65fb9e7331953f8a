package io.seismo.app.ingest;

import io.seismo.weights.WeightsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a tool names and numbers what leaves a layer.
 *
 * <p>transformers' {@code output_hidden_states} has L + 1 entries for L blocks: index 0 is the embeddings, index k the output of
 * block k - 1, and index L the output of the last block <em>after</em> the final norm, which is no hook point. TransformerLens
 * names the hook points themselves. vLLM numbers as transformers does, but its layer L is the last block without the norm.
 *
 * @param tool who wrote the files
 * @param layers blocks of the model; 0 when not told
 * @param layerIds what a vLLM server was told to extract, in its order
 */
record Layout(Tool tool, int layers, List<Integer> layerIds) {

    private static final Pattern HOOK = Pattern.compile("blocks\\.(\\d{1,4})\\.(?:hook_)?([a-z_]+)");
    private static final Pattern NUMBERED = Pattern.compile("hidden_states[._](\\d{1,4})");
    private static final String STACKED = "hidden_states";

    Layout {
        layerIds = List.copyOf(layerIds);
        if (layers < 0) {
            throw new IllegalArgumentException("a model has a positive number of blocks, not " + layers);
        }
    }

    /** Files that say themselves, or need no telling, which layers they hold. */
    Layout(Tool tool, int layers) {
        this(tool, layers, List.of());
    }

    /** Who wrote the files. */
    enum Tool {
        /** One array of rows, or one named as the hook. */
        ROWS,
        TRANSFORMERS,
        TRANSFORMER_LENS,
        /** {@code ExampleHiddenStatesConnector}: {@code hidden_states} [tokens, layers, d]. */
        VLLM
    }

    /**
     * Where a hook's rows are in a file.
     *
     * @param tensor its name
     * @param index along the first dimension; negative when the tensor is that hook's alone
     */
    record Place(String tensor, int index) {}

    /**
     * Finds a hook among the arrays of a file.
     *
     * @param names of the arrays
     * @param stacked length of the first dimension of {@code hidden_states}; 0 when there is none
     * @throws WeightsException when it is not there, or what is there is something else
     */
    Place find(String hook, Set<String> names, long stacked) {
        return switch (tool) {
            case ROWS ->
                names.size() == 1 && !named(names) ? new Place(names.iterator().next(), -1) : byName(hook, names);
            case TRANSFORMER_LENS -> byName(hook, names);
            case TRANSFORMERS -> hiddenState(hook, names, stacked);
            case VLLM -> vllm(hook, names);
        };
    }

    /** Whether the only array says itself which hook point it is of. */
    private static boolean named(Set<String> names) {
        return HOOK.matcher(names.iterator().next()).matches();
    }

    private static Place byName(String hook, Set<String> names) {
        Matcher parts = parts(hook);
        List<String> spellings = new ArrayList<>(List.of(hook));
        spellings.add("blocks." + parts.group(1) + ".hook_" + parts.group(2));
        spellings.add("blocks." + parts.group(1) + "." + parts.group(2));
        for (String spelling : spellings) {
            if (names.contains(spelling)) {
                return new Place(spelling, -1);
            }
        }
        throw new WeightsException("holds no " + hook + ", only " + names, "export that hook point");
    }

    private Place vllm(String hook, Set<String> names) {
        int layer = index(hook);
        if (!names.contains(STACKED)) {
            throw new WeightsException("holds no hidden_states, only " + names, "is it a file of vLLM's connector?");
        }
        if (!layerIds.contains(layer)) {
            throw new WeightsException(
                    hook + " is layer " + layer + " of vLLM, which is not among " + layerIds,
                    "compare --layer-ids with what the server was told to extract");
        }
        return new Place(STACKED, layerIds.indexOf(layer));
    }

    private Place hiddenState(String hook, Set<String> names, long stacked) {
        int index = index(hook);
        boolean whole = stacked > 0;
        int last = layers > 0 ? layers : whole ? (int) stacked - 1 : highest(names);
        if (whole && layers > 0 && stacked != layers + 1) {
            throw new WeightsException(
                    "has " + stacked + " hidden states, but a model of " + layers + " blocks has " + (layers + 1),
                    "index 0 is the embeddings; export all of them, and compare --layers");
        }
        if (index == last) {
            throw new WeightsException(
                    "hidden state " + index + " is the last, which has passed the final norm: it is not " + hook,
                    whole || layers > 0
                            ? "capture the last block with a hook instead"
                            : "--layers N says how many blocks there are, if it is not the last");
        }
        if (whole && index < stacked) {
            return new Place(STACKED, index);
        }
        for (String name : names) {
            Matcher numbered = NUMBERED.matcher(name);
            if (!whole && numbered.matches() && Integer.parseInt(numbered.group(1)) == index) {
                return new Place(name, -1);
            }
        }
        throw new WeightsException(
                hook + " would be hidden state " + index + ", which is not among " + (whole ? stacked : names),
                "export with output_hidden_states=True");
    }

    private static int index(String hook) {
        Matcher parts = parts(hook);
        int block = Integer.parseInt(parts.group(1));
        return switch (parts.group(2)) {
            case "resid_pre" -> block;
            case "resid_post" -> block + 1;
            default ->
                throw new WeightsException(
                        "hidden states are the residual stream; " + hook + " is not among them",
                        "export from TransformerLens, or capture with seismo-capture");
        };
    }

    private static Matcher parts(String hook) {
        Matcher parts = HOOK.matcher(hook);
        if (!parts.matches()) {
            throw new WeightsException(
                    "hook " + hook + " is not of the form blocks.N.resid_post",
                    "with one array a file, leave --from out");
        }
        return parts;
    }

    private static int highest(Set<String> names) {
        int highest = -1;
        for (String name : names) {
            Matcher numbered = NUMBERED.matcher(name);
            highest = numbered.matches() ? Math.max(highest, Integer.parseInt(numbered.group(1))) : highest;
        }
        return highest;
    }
}
