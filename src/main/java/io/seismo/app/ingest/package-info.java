/**
 * {@code seismo ingest}: activations that another tool wrote to files, sent as frames of the input contract.
 *
 * <p>A file is what one export of transformers ({@code output_hidden_states}) or TransformerLens holds, or plain rows; each
 * sequence in it is a request. Tools number layers differently: {@link io.seismo.app.ingest.Layout} is the one place that
 * knows how, and it refuses what only looks like a block's output, such as the last of transformers' hidden states, which has
 * passed the final norm. Files are mapped and read by {@code weights}, which runs no pickle; in a directory, symbolic links
 * are refused. What is refused is refused whole, before anything of it is sent, by reason.
 *
 * <p>Once and only once: a source has an epoch and a sequence a partition, both kept in a ledger, a file that is forced to
 * disk before a request is sent. A run that finds a request begun and not done looks into the partition, from where it ended
 * when the request began, for what had arrived, and sends the rest under the numbers it had. Requests in the ledger are not
 * sent again, whatever their file is called: they are named after their content.
 *
 * <p>Frames carry the time of sending, since a live pipeline accepts no other. Threads: one. Failure: {@link
 * io.seismo.app.cli.CommandFailure}; a file that is refused does not stop the others, but the exit code says so.
 */
@NullMarked
package io.seismo.app.ingest;

import org.jspecify.annotations.NullMarked;
