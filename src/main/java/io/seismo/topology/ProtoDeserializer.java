package io.seismo.topology;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Reads a message of our own; one that cannot be read means the topic is not ours, which no record may survive. */
final class ProtoDeserializer<M extends MessageLite> implements Deserializer<M> {

    private final Parser<M> parser;

    ProtoDeserializer(Parser<M> parser) {
        this.parser = parser;
    }

    @Override
    public M deserialize(String topic, byte @Nullable [] bytes) {
        if (bytes == null) {
            throw new SerializationException(topic + " holds a value of no bytes, which is not a message of Seismo");
        }
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new SerializationException(
                    topic + " holds a value of " + bytes.length + " bytes that is not a message of Seismo", e);
        }
    }
}
