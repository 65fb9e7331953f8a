package io.seismo.spec;

/**
 * A spec that was read, with what is needed to speak about its text.
 *
 * @param file name it was handed in under
 * @param hash SHA-256 of its bytes, hex
 * @param spec what it says
 * @param locations where each key stands
 */
public record SpecDocument(String file, String hash, MonitorSpec spec, Locations locations) {}
