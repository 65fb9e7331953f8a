package io.seismo.spec;

import java.util.Map;

/** Specs and weights for tests. */
final class Specs {

    /** The least a spec can say. */
    static final String MINIMAL = """
            seismo: 1
            model: { name: m, revision: r }
            taps:
              mid: { hook: blocks.3.resid_post, d_in: 384, dtype: bf16 }
            encoders:
              sae: { sae: some/sae, tap: mid }
            watch:
              bridge: { read: sae/7, severity: page }
            detectors:
              rate: { watch: "*", method: cusum, false_pages_per_week: 1 }
            alerts:
              Spike: { from: [rate] }
            """;

    /** Weights of the default spec and of {@link #MINIMAL}. */
    static final EncoderCatalog CATALOG = EncoderCatalog.of(Map.of(
            "some/sae", EncoderFacts.sae(384, 1536).measured(40, 32),
            "demo/sae",
                    EncoderFacts.sae(384, 1536)
                            .at("blocks.3.resid_post")
                            .of("all-MiniLM-L6-v2", "demo-1")
                            .measured(40, 32),
            "demo/phishing.safetensors", EncoderFacts.probe(384)));

    private Specs() {}
}
