package dev.penstock.dataplane.ingest.push;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CounterMenderTest {
    private final CounterMender mender = new CounterMender();

    @Test
    void shouldCountOnFromSegmentToSegment() {
        assertThat(mend(packet(0x100, 3, true), packet(0x100, 4, true), packet(0x101, 0, true))).isEqualTo("3 4 0");
        assertThat(mend(packet(0x100, 0, true), packet(0x101, 7, true), packet(0x100, 1, true))).isEqualTo("5 1 6");
        assertThat(mend(packet(0x100, 15, true), packet(0x100, 1, true))).as("the loss stays").isEqualTo("7 9");
        assertThat(mend(packet(0x100, 9, false), packet(0x100, 10, true))).as("no payload, no count")
                .isEqualTo("9 10");
        assertThat(mend(packet(0x1FFF, 5, true))).as("null packets are left alone").isEqualTo("5");
    }

    @Test
    void shouldStopAtWhatIsNoPacket() {
        mend(packet(0x100, 3, true));
        ByteBuf broken = Unpooled.wrappedBuffer(packet(0x100, 9, true), new byte[188], packet(0x100, 9, true));
        mender.mend(broken);
        assertThat(broken.getByte(3) & 0x0F).isEqualTo(4);
        assertThat(broken.getByte(2 * 188 + 3) & 0x0F).isEqualTo(9);
    }

    private String mend(byte[]... packets) {
        ByteBuf body = Unpooled.wrappedBuffer(packets);
        mender.mend(body);
        StringBuilder out = new StringBuilder();
        for (int at = 0; at < body.readableBytes(); at += 188) {
            out.append(out.isEmpty() ? "" : " ").append(body.getByte(at + 3) & 0x0F);
        }
        return out.toString();
    }

    private static byte[] packet(int pid, int counter, boolean payload) {
        byte[] packet = new byte[188];
        packet[0] = 0x47;
        packet[1] = (byte) (pid >> 8);
        packet[2] = (byte) pid;
        packet[3] = (byte) ((payload ? 0x10 : 0x20) | counter);
        return packet;
    }
}
