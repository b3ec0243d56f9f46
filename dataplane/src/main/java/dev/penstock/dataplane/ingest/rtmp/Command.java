package dev.penstock.dataplane.ingest.rtmp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * A command (RTMP 1.0, 7.2).
 *
 * @param name such as {@code connect}
 * @param transaction number that the answer repeats; 0 when none is wanted
 * @param arguments the command object first
 */
record Command(String name, double transaction, List<AmfValue> arguments) {
    Command {
        arguments = List.copyOf(arguments);
    }

    static Command of(String name, double transaction, AmfValue... arguments) {
        return new Command(name, transaction, Arrays.asList(arguments));
    }

    /**
     * Reads a command.
     *
     * @throws RtmpFault when it is none
     */
    static Command read(ByteBuf body) {
        List<AmfValue> values = AmfDecoder.values(body);
        if (values.isEmpty() || !(values.getFirst() instanceof AmfValue.Text name)) {
            throw new RtmpFault("a command without a name");
        }
        boolean numbered = values.size() > 1 && values.get(1) instanceof AmfValue.Number;
        double transaction = numbered ? ((AmfValue.Number) values.get(1)).value() : 0;
        return new Command(name.value(), transaction, values.subList(Math.min(2, values.size()), values.size()));
    }

    /** The bytes, the caller's. */
    ByteBuf body(ByteBufAllocator allocator) {
        List<AmfValue> values = new ArrayList<>();
        values.add(AmfValue.of(name));
        values.add(AmfValue.of(transaction));
        values.addAll(arguments);
        return AmfWriter.write(allocator.buffer(256), values);
    }

    /** An argument; null of AMF when there are fewer. */
    AmfValue argument(int index) {
        return index < arguments.size() ? arguments.get(index) : AmfValue.NULL;
    }

    /** An argument as text; empty when it is none. */
    String text(int index) {
        return argument(index) instanceof AmfValue.Text text ? text.value() : "";
    }
}
