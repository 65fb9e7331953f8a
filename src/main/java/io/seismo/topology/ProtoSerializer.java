package io.seismo.topology;

import com.google.protobuf.MessageLite;
import org.apache.kafka.common.serialization.Serializer;

/** Bytes of a message; all messages that are sent begin with their schema version. */
final class ProtoSerializer<M extends MessageLite> implements Serializer<M> {

    @Override
    public byte[] serialize(String topic, M message) {
        return message.toByteArray();
    }
}
