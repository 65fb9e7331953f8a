package io.seismo.spec;

/**
 * Where an encoder runs.
 *
 * @param cuda number of a GPU; −1 for the processor
 * @param fallback whether the processor may stand in when the GPU cannot be used
 */
public record Device(int cuda, boolean fallback) {

    /** The processor. */
    public static final Device CPU = new Device(-1, false);

    public Device {
        if (cuda < -1 || (cuda < 0 && fallback)) {
            throw new IllegalArgumentException("a device is the processor or a GPU counted from 0");
        }
    }

    /** Whether it is a GPU. */
    public boolean gpu() {
        return cuda >= 0;
    }

    /** As a spec would name it, without what stands in. */
    public String place() {
        return gpu() ? "cuda:" + cuda : "cpu";
    }

    @Override
    public String toString() {
        return fallback ? place() + ", else cpu" : place();
    }
}
