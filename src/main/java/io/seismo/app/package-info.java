/** The program: command line, life cycle, the clock role, the embedded broker and the demo. */
@NullMarked
package io.seismo.app;

import org.jspecify.annotations.NullMarked;
