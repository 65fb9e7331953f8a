/** Wiring, goldens, and the few things only a real broker shows. */
@NullMarked
package io.seismo.topology;

import org.jspecify.annotations.NullMarked;
