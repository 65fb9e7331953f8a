package io.seismo.activation;

import io.seismo.wire.Reason;

/**
 * Why a frame is refused for what it carries.
 *
 * @param reason of the closed set
 * @param detail what is wrong and, where that is not plain, what would be right; nothing of the rows
 */
public record Fault(Reason reason, String detail) {}
