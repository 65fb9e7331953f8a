@NullMarked
package io.seismo.notify;

import org.jspecify.annotations.NullMarked;
