/**
 * What can be asked of a spec before it runs: is it valid, what will it do, does it catch what it should.
 *
 * <p>{@code validate}, {@code plan}, {@code test}, {@code detectors design} and {@code receivers test}. All but the last
 * need neither a cluster nor a network; the last sends one message that says it is a test.
 */
@NullMarked
package io.seismo.app.spec;

import org.jspecify.annotations.NullMarked;
