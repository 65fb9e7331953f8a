package io.seismo.encoder.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxRuntimeTest {

    @ParameterizedTest
    @CsvSource({"1.28.0", "1.21.1", "1.9.0", "0.5.0"})
    void shouldAllowWhenTheVersionKnowsNoTelemetry(String version) {
        assertThat(OnnxRuntime.objection(version, null)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.29.0", "1.30.0-rc1", "1.100.2", "2.0.0", "unknown", "1", ""})
    void shouldObjectWhenTheVersionMayReportHome(String version) {
        assertThat(OnnxRuntime.objection(version, null)).contains("ORT_DISABLE_TELEMETRY=1");
        assertThat(OnnxRuntime.objection(version, "0")).isNotNull();
        assertThat(OnnxRuntime.objection(version, "1")).isNull();
    }

    @Test
    void shouldObjectWhenTheJarHidesItsVersion() {
        assertThat(OnnxRuntime.objection(null, null)).contains("unknown version");
    }

    @Test
    void shouldLoadThroughDjlWithoutCallingHomeWhenAsked() {
        String description = OnnxRuntime.get().description();

        assertThat(description).startsWith("onnxruntime-1.28.0 cpu " + System.getProperty("os.arch"));
        assertThat(System.getProperty(OnnxRuntime.DJL_OPT_OUT)).isEqualTo("true");
        assertThat(ai.djl.engine.Engine.getEngine("OnnxRuntime").getEngineName())
                .isEqualTo("OnnxRuntime");
    }

    @Test
    void shouldNameTheTellingFlagsWhenTheProcessorListsThem() {
        List<String> intel = List.of("processor\t: 0", "flags\t\t: fpu sse avx fma avx2 avx512f sse fpu");
        List<String> arm = List.of("Features\t: fp asimd sve");

        assertThat(InstructionSet.describe("amd64", intel)).isEqualTo("amd64+avx+fma+avx2+avx512f");
        assertThat(InstructionSet.describe("aarch64", arm)).isEqualTo("aarch64+asimd+sve");
        assertThat(InstructionSet.describe("amd64", List.of())).isEqualTo("amd64");
        assertThat(InstructionSet.multipliesMixedBytes(List.of("flags : fpu avx2 avx512_vnni")))
                .isTrue();
        assertThat(InstructionSet.multipliesMixedBytes(intel)).isFalse();
        assertThat(InstructionSet.multipliesMixedBytes(List.of())).isFalse();
    }
}
