/** The rules of the house, checked on the compiled classes. */
@NullMarked
package io.seismo.architecture;

import org.jspecify.annotations.NullMarked;
