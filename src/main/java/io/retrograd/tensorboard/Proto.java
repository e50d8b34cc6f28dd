package io.retrograd.tensorboard;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.StructProto;
import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A message that is being filled, of the kinds in {@code tensorboard.textproto}. */
final class Proto {
    private static final FileDescriptor SCHEMA = read("tensorboard.textproto");

    private final DynamicMessage.Builder builder;

    private Proto(Descriptor kind) {
        builder = DynamicMessage.newBuilder(kind);
    }

    private static FileDescriptor read(String name) {
        try (InputStream in = Proto.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("tensorboard: " + name + " is not in the jar");
            }
            FileDescriptorProto.Builder file = FileDescriptorProto.newBuilder();
            TextFormat.merge(new String(in.readAllBytes(), StandardCharsets.UTF_8), file);
            FileDescriptor[] needed = {StructProto.getDescriptor()};
            return FileDescriptor.buildFrom(file.build(), needed);
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException("tensorboard: " + name + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The kind of this name. */
    static Descriptor kind(String name) {
        Descriptor kind = SCHEMA.findMessageTypeByName(name);
        if (kind == null) {
            throw new IllegalStateException("tensorboard: expected a message, got " + name);
        }
        return kind;
    }

    /** An empty one. */
    static Proto of(String kind) {
        return new Proto(kind(kind));
    }

    /** Sets a field: to a number, a string, bytes or a message. */
    Proto set(String field, Object value) {
        builder.setField(field(field), plain(value));
        return this;
    }

    /** Adds to a field of several. */
    Proto add(String field, Object value) {
        builder.addRepeatedField(field(field), plain(value));
        return this;
    }

    private FieldDescriptor field(String name) {
        FieldDescriptor field = builder.getDescriptorForType().findFieldByName(name);
        if (field == null) {
            throw new IllegalStateException("tensorboard: expected a field, got " + name);
        }
        return field;
    }

    private static Object plain(Object value) {
        if (value instanceof Proto message) {
            return message.builder.build();
        }
        return value instanceof byte[] bytes ? ByteString.copyFrom(bytes) : value;
    }

    byte[] bytes() {
        return builder.build().toByteArray();
    }
}
