package io.seismo.app.features;

import io.seismo.contrast.FeatureFigures;
import io.seismo.contrast.RequestFile;
import io.seismo.contrast.RowSelection;
import io.seismo.contrast.Scorecard;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code seismo features rank} found; field names are its JSON.
 *
 * @param date of the run
 * @param digest SHA-256 of the SAE's weights and configuration
 * @param facts what the files of requests say
 * @param skip rows that were left out
 * @param aggregate from token signals to request scores
 * @param scoredRows rows of the files that rules were chosen on, scored
 * @param width features of the SAE
 * @param candidates features that fire in a positive request at all
 * @param features the best, by their order on the choosing half
 * @param logistic how the probe was fitted
 * @param keywords how many; 0 when there was no rule
 * @param heldOut whether files were held out; else the other half was
 */
record RankReport(
        String date,
        String sae,
        String digest,
        RequestFile.Facts facts,
        RowSelection skip,
        String aggregate,
        List<FileUse> files,
        long scoredRows,
        int width,
        int candidates,
        List<Ranked> features,
        Logistic logistic,
        int keywords,
        boolean heldOut,
        Scorecard scorecard) {

    /** A file that was read. */
    record FileUse(String path, String group, boolean heldOut, String sha256, RequestFile.Intake intake) {}

    /**
     * A ranked feature.
     *
     * @param otherRank its rank on the other half by itself; 0 without one
     * @param label of a label file beside the SAE; {@code null} without one
     * @param labelFrom whose label that is
     */
    record Ranked(
            FeatureFigures figures,
            int otherRank,
            @Nullable String label,
            @Nullable String labelFrom) {}

    /** The logistic probe. */
    record Logistic(double lambda, int samples) {}
}
