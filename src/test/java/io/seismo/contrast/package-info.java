/** Tests of contrast and scorecard: figures against naive ones, files against garbage, and the law of the two halves. */
@NullMarked
package io.seismo.contrast;

import org.jspecify.annotations.NullMarked;
