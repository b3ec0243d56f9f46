package dev.penstock.bench;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StampsTest {
    private final List<Long> found = new ArrayList<>();
    private final Stamps stamps = new Stamps(found::add);

    private static FlvTags.Tag video(int... payload) {
        byte[] body = new byte[5 + payload.length];
        body[0] = 0x27;
        body[1] = 1;
        for (int i = 0; i < payload.length; i++) {
            body[5 + i] = (byte) payload[i];
        }
        return new FlvTags.Tag(9, 0, body, false);
    }

    @Test
    void shouldFindEachStampAgain() {
        FlvTags.Tag tag = video(0, 0, 0, 2, 0x65, 'P');
        for (byte next : Stamps.into(tag, 0x0123_4567_89ab_cdefL)) {
            stamps.accept(next);
        }
        for (byte next : Stamps.into(tag, 7)) {
            stamps.accept(next);
        }
        assertThat(found).containsExactly(0x0123_4567_89ab_cdefL, 7L);
    }

    @Test
    void shouldPutTheStampAsOneUnitBeforeTheFrame() {
        byte[] stamped = Stamps.into(video(0, 0, 0, 1, 0x41), 1);
        assertThat(stamped).startsWith(0x27, 1, 0, 0, 0, 0, 0, 0, 36, 6, 5, 32).endsWith(0x80, 0, 0, 0, 1, 0x41);
        assertThat(stamped).hasSize(5 + 4 + 36 + 5);
    }

    @Test
    void shouldLeaveSoundAndHeadersAsTheyAre() {
        byte[] sound = {(byte) 0xaf, 1, 2, 3};
        assertThat(Stamps.into(new FlvTags.Tag(8, 0, sound, false), 1)).isSameAs(sound);
        byte[] header = {0x17, 0, 0, 0, 0, 1};
        assertThat(Stamps.into(new FlvTags.Tag(9, 0, header, true), 1)).isSameAs(header);
    }
}
