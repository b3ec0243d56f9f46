package dev.penstock.dataplane.segment;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBuf;

import dev.penstock.dataplane.hub.TsMaker;
import dev.penstock.dataplane.media.ts.TsPacket;

import static org.assertj.core.api.Assertions.assertThat;

/** What every segment must be, seen by a reader that shares no code with the segmenter. */
final class SegmentCheck {
    private final Map<Integer, Integer> counters = new HashMap<>();
    private final int leadPid;

    SegmentCheck(int leadPid) {
        this.leadPid = leadPid;
    }

    /** Checks segments that follow each other. */
    void check(List<Segment> segments) {
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            if (segment.info().discontinuity()) {
                counters.clear();
            }
            check(segment);
            if (i > 0) {
                assertThat(segment.info().sequence()).isEqualTo(segments.get(i - 1).info().sequence() + 1);
            }
        }
    }

    private void check(Segment segment) {
        ByteBuf content = segment.content();
        assertThat(content.readableBytes()).isEqualTo(segment.info().bytes());
        assertThat(content.readableBytes() % 188).isZero();
        assertThat(TsPacket.pid(content, 0)).isZero();
        assertThat(TsPacket.pid(content, 188)).isEqualTo(TsMaker.PMT_PID);
        int first = isMark(content, 376) ? 376 + 188 : 376;
        assertThat(TsPacket.pid(content, first)).isEqualTo(leadPid);
        assertThat(TsPacket.payloadUnitStart(content, first)).isTrue();
        Map<Integer, Integer> missing = new HashMap<>();
        for (int at = 0; at < content.readableBytes(); at += 188) {
            int pid = TsPacket.pid(content, at);
            int counter = TsPacket.continuityCounter(content, at);
            Integer before = counters.put(pid, counter);
            if (isMark(content, at)) {
                continue;
            }
            if (before != null && pid != TsPacket.NULL_PID) {
                assertThat(counter).as("counter of PID %d at %d of segment %d", pid, at, segment.info().sequence())
                        .isEqualTo((before + 1) & 15);
            }
            if (pid == 0 || pid == TsMaker.PMT_PID || pid == TsPacket.NULL_PID) {
                assertThat(at > 188 && pid != TsPacket.NULL_PID).as("tables only at the start").isFalse();
                continue;
            }
            pes(content, at, pid, missing);
        }
        missing.forEach((pid, bytes) -> assertThat(bytes).as("bytes missing of PID %d", pid).isLessThanOrEqualTo(0));
    }

    /** Whether a packet only announces a jump of its PID's counter. */
    static boolean isMark(ByteBuf content, int at) {
        return !TsPacket.hasPayload(content, at) && (content.getByte(at + 5) & 0x80) != 0;
    }

    /** Counts down each PES packet's length; 0 for video is unbounded. */
    private static void pes(ByteBuf content, int at, int pid, Map<Integer, Integer> missing) {
        int payload = TsPacket.payloadOffset(content, at);
        int bytes = 188 - payload;
        if (TsPacket.payloadUnitStart(content, at)) {
            assertThat(missing.getOrDefault(pid, 0)).as("PES of PID %d ended early", pid).isLessThanOrEqualTo(0);
            int length = content.getUnsignedShort(at + payload + 4);
            missing.put(pid, length == 0 ? 0 : length + 6 - bytes);
        } else {
            assertThat(missing).as("packet of PID %d before its first PES start", pid).containsKey(pid);
            missing.merge(pid, -bytes, Integer::sum);
        }
    }
}
