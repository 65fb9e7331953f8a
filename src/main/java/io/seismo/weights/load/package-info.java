/**
 * The way in: a location becomes weights, facts for a plan, or an imported directory.
 *
 * <p>{@link io.seismo.weights.load.WeightLoader} asks the families in turn, {@link io.seismo.weights.load.WeightCatalog}
 * is the planner's view of them, and {@link io.seismo.weights.load.SaeImport} writes what a family converted. An import
 * has the digest of its source.
 *
 * <p>Threads: no state. Failure: {@link io.seismo.weights.WeightsException}; an import that fails leaves nothing behind.
 */
@NullMarked
package io.seismo.weights.load;

import org.jspecify.annotations.NullMarked;
