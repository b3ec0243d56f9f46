package dev.penstock.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ContinuityCheckTest {
    private final ContinuityCheck check = new ContinuityCheck();

    @Test
    void shouldAcceptAWholeStreamCutAnywhere() {
        ByteBuf stream = Unpooled.buffer();
        for (int i = 0; i < 40; i++) {
            stream.writeBytes(packet(0x100, i, false));
        }
        while (stream.isReadable()) {
            check.accept(stream.readSlice(Math.min(61, stream.readableBytes())));
        }
        assertThat(check.packets()).isEqualTo(40);
        assertThat(check.jumps()).isZero();
        assertThat(check.unaligned()).isZero();
    }

    @Test
    void shouldCountAMissingPacket() {
        check.accept(packet(0x100, 3, false));
        check.accept(packet(0x100, 5, false));
        assertThat(check.jumps()).isEqualTo(1);
    }

    @Test
    void shouldTellAnnouncedDiscontinuitiesApart() {
        check.accept(packet(0x100, 3, false));
        check.accept(packet(0x100, 9, true));
        assertThat(check.jumps()).isZero();
        assertThat(check.announced()).isEqualTo(1);
    }

    @Test
    void shouldCountPacketsOffSync() {
        check.accept(Unpooled.wrappedBuffer(new byte[188]));
        assertThat(check.unaligned()).isEqualTo(1);
    }

    private static ByteBuf packet(int pid, int counter, boolean discontinuity) {
        ByteBuf packet = Unpooled.buffer(188).writeZero(188);
        packet.setByte(0, 0x47).setShort(1, pid).setByte(3, 0x30 | (counter & 0x0F)).setByte(4, 1)
                .setByte(5, discontinuity ? 0x80 : 0);
        return packet;
    }
}
