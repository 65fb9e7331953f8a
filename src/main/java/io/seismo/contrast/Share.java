package io.seismo.contrast;

/**
 * A share of requests with its 95 % interval (Clopper and Pearson).
 *
 * @param count of
 * @param of how many
 * @param share count over of
 * @param low lower end
 * @param high upper end
 */
public record Share(int count, int of, double share, double low, double high) {}
