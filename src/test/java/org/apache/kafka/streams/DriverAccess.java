package org.apache.kafka.streams;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What the driver's public view leaves out: the partition a sink chose, and a stop that keeps what lies on disk. */
public final class DriverAccess {

    private DriverAccess() {}

    /** Takes everything sent to a topic since the last call, in order. */
    public static List<ProducerRecord<byte[], byte[]>> drain(TopologyTestDriver driver, String topic) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        while (driver.producedTopicNames().contains(topic) && driver.queueSize(topic) > 0) {
            records.add(driver.readRecord(topic));
        }
        return records;
    }

    /** Stops the task as {@link TopologyTestDriver#close} does, but leaves its directory for another driver. */
    public static void stop(TopologyTestDriver driver) {
        driver.task.suspend();
        driver.task.prepareCommit(true);
        driver.task.postCommit(true);
        driver.task.closeClean();
    }
}
