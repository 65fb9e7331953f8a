package io.seismo.score;

/**
 * Where SCORE keeps its state.
 *
 * @param requests open requests, {@code r/<request id>}; at most {@code max_open}
 * @param panes blocks, totals and suspects of open panes, {@code p/<pane>/…}
 * @param sources the ledger of sources, {@code s/<source>}, and time, {@code t} and {@code n}
 */
public record ScoreJournals(Journal requests, Journal panes, Journal sources) {

    /** All three in one. */
    public static ScoreJournals of(Journal journal) {
        return new ScoreJournals(journal, journal, journal);
    }
}
