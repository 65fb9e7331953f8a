package io.seismo.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.PanePartial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * What was released stays readable: no field changes its number or type or disappears, no enum value is removed.
 *
 * <p>Additions are free; {@code -Dgolden.update=true} appends them to {@code schemas/released/v1.txt}, which makes them
 * part of the promise. Nothing is ever taken out of that file.
 */
class ReleasedSchemaTest {

    private static final Path RELEASED = Path.of("schemas", "released", "v1.txt");

    @Test
    void shouldStillHaveEverythingThatWasReleased() throws IOException {
        TreeSet<String> current = new TreeSet<>();
        for (FileDescriptor file : files()) {
            render(file, current);
        }
        List<String> released = Files.exists(RELEASED) ? Files.readAllLines(RELEASED) : List.of();
        if (Boolean.getBoolean("golden.update")) {
            List<String> added =
                    current.stream().filter(line -> !released.contains(line)).toList();
            Files.write(RELEASED, added, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        assertThat(Files.readAllLines(RELEASED)).isNotEmpty();
        assertThat(current).as("released fields and values").containsAll(released);
    }

    @Test
    void shouldNoticeWhenANumberOrTypeChangesOrAFieldOrValueGoes() throws Exception {
        FileDescriptorProto proto = files().get(0).toProto();
        TreeSet<String> released = new TreeSet<>();
        render(files().get(0), released);
        int frame = 1;
        assertThat(proto.getMessageType(frame).getName()).isEqualTo("Frame");

        FileDescriptorProto.Builder renumbered = proto.toBuilder();
        renumbered.getMessageTypeBuilder(frame).getFieldBuilder(3).setNumber(77);
        FileDescriptorProto.Builder retyped = proto.toBuilder();
        retyped.getMessageTypeBuilder(frame).getFieldBuilder(3).setType(FieldDescriptorProto.Type.TYPE_UINT64);
        FileDescriptorProto.Builder removed = proto.toBuilder();
        removed.getMessageTypeBuilder(frame).removeField(3);
        FileDescriptorProto.Builder shorter = proto.toBuilder();
        shorter.getEnumTypeBuilder(0).removeValue(3);
        for (FileDescriptorProto.Builder changed : List.of(renumbered, retyped, removed, shorter)) {
            assertThat(lines(changed).containsAll(released)).isFalse();
        }
        FileDescriptorProto.Builder longer = proto.toBuilder();
        longer.getMessageTypeBuilder(frame)
                .addFieldBuilder()
                .setName("extra")
                .setNumber(90)
                .setType(FieldDescriptorProto.Type.TYPE_INT32);
        assertThat(lines(longer)).containsAll(released).hasSize(released.size() + 1);
    }

    private static List<FileDescriptor> files() {
        return List.of(
                ActivationRecord.getDescriptor().getFile(),
                FeatureRecord.getDescriptor().getFile(),
                PanePartial.getDescriptor().getFile(),
                PaneDigest.getDescriptor().getFile());
    }

    private static TreeSet<String> lines(FileDescriptorProto.Builder proto) throws DescriptorValidationException {
        TreeSet<String> lines = new TreeSet<>();
        render(FileDescriptor.buildFrom(proto.build(), new FileDescriptor[0]), lines);
        return lines;
    }

    private static void render(FileDescriptor file, TreeSet<String> lines) {
        file.getMessageTypes().forEach(message -> render(message, lines));
        file.getEnumTypes().forEach(values -> render(values, lines));
    }

    private static void render(Descriptor message, TreeSet<String> lines) {
        for (FieldDescriptor field : message.getFields()) {
            String oneof = field.getContainingOneof() == null
                    ? ""
                    : " oneof " + field.getContainingOneof().getName();
            lines.add("field " + field.getFullName() + " = " + field.getNumber() + " " + type(field)
                    + (field.isRepeated() ? " repeated" : "") + oneof);
        }
        message.getNestedTypes().forEach(nested -> render(nested, lines));
        message.getEnumTypes().forEach(values -> render(values, lines));
    }

    private static void render(EnumDescriptor values, TreeSet<String> lines) {
        for (EnumValueDescriptor value : values.getValues()) {
            lines.add("value " + values.getFullName() + "." + value.getName() + " = " + value.getNumber());
        }
    }

    private static String type(FieldDescriptor field) {
        return switch (field.getType()) {
            case MESSAGE -> field.getMessageType().getFullName();
            case ENUM -> field.getEnumType().getFullName();
            default -> field.getType().name().toLowerCase(java.util.Locale.ROOT);
        };
    }
}
