package io.seismo.encoder.onnx;

import ai.djl.engine.Engine;
import ai.onnxruntime.OrtEnvironment;
import io.seismo.encoder.EncoderException;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * ONNX Runtime of this process, loaded by DJL's engine.
 *
 * <p>DJL goes first: it owns the environment's settings (logging, global thread pools by system property) and fails when
 * somebody else made the environment before with other ones.
 */
final class OnnxRuntime {

    static final String TELEMETRY_SWITCH = "ORT_DISABLE_TELEMETRY";
    static final String DJL_OPT_OUT = "OPT_OUT_TRACKING";
    private static final int FIRST_MINOR_WITH_TELEMETRY = 29;
    private static final String ENGINE = "OnnxRuntime";

    private final OrtEnvironment environment;

    private OnnxRuntime(OrtEnvironment environment) {
        this.environment = environment;
    }

    /**
     * The runtime, loaded on first use.
     *
     * @throws EncoderException when it cannot be loaded, or its version reports home and was not told not to
     */
    static OnnxRuntime get() {
        return Holder.INSTANCE;
    }

    OrtEnvironment environment() {
        return environment;
    }

    /** Version, provider and instruction set. */
    String description() {
        return description(Set.of("cpu"));
    }

    /** The same of what runs in several places; where a GPU is one, with how it is set. */
    String description(Collection<String> places) {
        boolean gpu = places.stream().anyMatch(place -> !place.equals("cpu"));
        String where = gpu ? String.join("+", new TreeSet<>(places)) + " tf32=0 buckets" : "cpu";
        return "onnxruntime-" + environment.getVersion() + " " + where + " " + InstructionSet.describe();
    }

    /**
     * Why a version must not be loaded, or {@code null}.
     *
     * @param version of the jar; {@code null} when it does not say
     * @param telemetrySwitch value of {@value #TELEMETRY_SWITCH}
     */
    static @Nullable String objection(@Nullable String version, @Nullable String telemetrySwitch) {
        if ("1".equals(telemetrySwitch) || (version != null && before(version, FIRST_MINOR_WITH_TELEMETRY))) {
            return null;
        }
        return "ONNX Runtime " + (version == null ? "of an unknown version" : version)
                + " sends telemetry unless told not to; set " + TELEMETRY_SWITCH
                + "=1 in the environment of the process, or use 1.28";
    }

    private static boolean before(String version, int minor) {
        String[] parts = version.split("\\.", 3);
        try {
            int major = Integer.parseInt(parts[0]);
            return major < 1 || (major == 1 && parts.length > 1 && Integer.parseInt(parts[1]) < minor);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static OnnxRuntime load() {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new EncoderException("activations and weights are little-endian, and so must the machine be");
        }
        // Reading the version must not initialise the class: that alone starts the telemetry.
        String objection = objection(versionOfJar(), System.getenv(TELEMETRY_SWITCH));
        if (objection != null) {
            throw new EncoderException(objection);
        }
        optOutOfTracking();
        try {
            Engine.getEngine(ENGINE);
            return new OnnxRuntime(OrtEnvironment.getEnvironment());
        } catch (RuntimeException | LinkageError | AssertionError e) {
            throw new EncoderException(
                    "ONNX Runtime cannot be loaded through DJL on " + InstructionSet.describe() + ": " + e.getMessage(),
                    e);
        }
    }

    /** DJL asks the cloud for the instance id and sends it home when an engine loads, unless this is set. */
    private static void optOutOfTracking() {
        if (System.getenv(DJL_OPT_OUT) == null && System.getProperty(DJL_OPT_OUT) == null) {
            System.setProperty(DJL_OPT_OUT, "true");
        }
    }

    private static @Nullable String versionOfJar() {
        try {
            return Class.forName("ai.onnxruntime.OrtEnvironment", false, OnnxRuntime.class.getClassLoader())
                    .getPackage()
                    .getImplementationVersion();
        } catch (ClassNotFoundException e) {
            throw new EncoderException("ONNX Runtime is not on the class path", e);
        }
    }

    private static final class Holder {
        static final OnnxRuntime INSTANCE = load();
    }
}
