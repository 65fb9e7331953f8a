/**
 * A Kafka broker in this process: KRaft, one node, loopback only, with production's metadata version.
 *
 * <p>For the demo, for {@code seismo broker} and for tests. It is not in the runtime image. A failed start leaves nothing
 * behind; a directory that was given is kept, a temporary one goes with the broker.
 */
@NullMarked
package io.seismo.app.broker;

import org.jspecify.annotations.NullMarked;
