/**
 * Tells people: from {@code alert-log} and {@code breaches} to receivers, at least once.
 *
 * <p>{@link io.seismo.notify.Notices} turns records into {@link io.seismo.notify.Notice}s: alerts that began to fire or
 * resolved, and the first breach of a cap within ten minutes. Pending alerts and shadow entries never become one.
 * {@link io.seismo.notify.Dispatcher} decides what is sent to whom and when; it is a pure state machine that is handed
 * the time. {@link io.seismo.notify.NotifyRole} is the loop around it: a plain read-committed consumer, a thread for each
 * receiver, and the ledger.
 *
 * <p>Invariants. Every attempt is written to the ledger ({@code deliveries}) with the notice's dedup key; the key is the
 * same for every attempt at the same transition, here and after a restart. A record's offset is committed only when all
 * its notices are settled in the ledger: delivered, refused for good, or given up. What the ledger says was delivered is
 * not sent again. Notices of one alert reach a receiver in order: "resolved" never overtakes "firing".
 *
 * <p>Bounds: {@link io.seismo.notify.Dispatcher#MAX_WAITING} notices wait for one receiver; beyond it the oldest is given
 * up, in the ledger and in a metric. An attempt has a deadline; a notice is given up after a day.
 *
 * <p>Failure: a receiver that is down delays nobody else. A record that cannot be read is skipped and counted. The
 * ledger's or the log's broker being away stops the loop until it is back. Notices carry request ids and pseudonyms as
 * evidence, never text.
 */
@NullMarked
package io.seismo.notify;

import org.jspecify.annotations.NullMarked;
