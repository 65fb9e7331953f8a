package io.seismo.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.app.TestPlans;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Timing;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoctorTest {

    private static final Topics.Definition ACTIVATIONS = Topics.of(
                    TestPlans.empty(1, new MonitorPlan.Shape(4, 2), Timing.DEFAULT))
            .get(0);

    @Test
    void shouldFindNothingWhenATopicIsAsTheSpecSays() {
        assertThat(TopicsCheck.compare(ACTIVATIONS, 4, ACTIVATIONS.config()))
                .extracting(Finding::status)
                .containsExactly(Finding.Status.OK);
    }

    @ParameterizedTest
    @CsvSource({
        "retention.ms, 1000, FAIL",
        "retention.ms, 99999999999, WARN",
        "retention.ms, -1, WARN",
        "max.message.bytes, 1048588, FAIL",
        "max.message.bytes, 8388608, WARN",
        "cleanup.policy, compact, FAIL",
        "message.timestamp.type, CreateTime, FAIL",
        "segment.ms, 604800000, WARN"
    })
    void shouldFailWhenASettingBreaksAPromiseAndWarnWhenItOnlyDiffers(
            String key, String actual, Finding.Status expected) {
        Map<String, String> settings = new HashMap<>(ACTIVATIONS.config());
        settings.put(key, actual);
        List<Finding> findings = TopicsCheck.compare(ACTIVATIONS, 4, settings);
        assertThat(findings).extracting(Finding::status).containsExactly(expected);
        assertThat(findings.get(0).detail()).contains(key, actual);
    }

    @Test
    void shouldFailWhenPartitionsDiffer() {
        assertThat(TopicsCheck.compare(ACTIVATIONS, 3, ACTIVATIONS.config()))
                .extracting(Finding::detail)
                .containsExactly("has 3 partitions, the spec says 4");
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 1005, 1010, OK, agrees with the broker's",
        "1000, 2510, 1010, OK, is 1500 ms behind the broker's",
        "9000, 1000, 9010, FAIL, is 8000 ms ahead of the broker's",
        "1000, 9010, 1010, FAIL, is 8000 ms behind the broker's"
    })
    void shouldTellHowFarClocksAreApart(long before, long stamped, long after, Finding.Status status, String words) {
        Finding finding = Doctor.skew(before, stamped, after);
        assertThat(finding.status()).isEqualTo(status);
        assertThat(finding.detail()).isEqualTo(words);
    }

    @Test
    void shouldKeepNoSegmentOfUserTextLongerThanAShareOfItsRetention() {
        long retention = Long.parseLong(ACTIVATIONS.config().get("retention.ms"));
        assertThat(Long.parseLong(ACTIVATIONS.config().get("segment.ms"))).isLessThanOrEqualTo(retention / 12);
    }
}
