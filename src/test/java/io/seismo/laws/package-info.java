/**
 * Laws that the whole pipeline keeps, each with a control that breaks it.
 *
 * <p>The interleaving of partitions, restarts, repeated ticks and duplicates change nothing; a bad record changes nothing
 * but its refusal; how rows are cut into frames changes nothing. The machines are the production ones, driven in memory;
 * traffic is seeded, and a failing test names its seed.
 */
@NullMarked
package io.seismo.laws;

import org.jspecify.annotations.NullMarked;
