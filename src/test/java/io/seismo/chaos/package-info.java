/** Processes that are killed, on a real broker: what only that shows. */
@NullMarked
package io.seismo.chaos;

import org.jspecify.annotations.NullMarked;
