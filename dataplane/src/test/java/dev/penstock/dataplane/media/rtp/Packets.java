package dev.penstock.dataplane.media.rtp;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;

import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;

/** Makes RTP packets and writes down what a session makes of them. */
final class Packets implements RtpSession.Output {
    /** 320x240, baseline, as x264 writes it. */
    static final String SPS = "6742c00dd900a0ff960a0b5010100108000003000800000301e078a15240";
    static final String PPS = "68cb83cb20";
    static final String IDR = "65888400";
    static final String P = "41e022";

    final List<String> seen = new ArrayList<>();
    final List<Sample> samples = new ArrayList<>();
    final RtpSession session;

    Packets(boolean reorder) {
        session = new RtpSession(UnpooledByteBufAllocator.DEFAULT, new RtpLimits(64 * 1024, 16, 100_000_000), reorder,
                this);
    }

    RtpTrack h264() {
        return session.add(0, format(96, "H264", 90_000, Map.of()));
    }

    static RtpFormat format(int type, String encoding, int rate, Map<String, String> parameters) {
        return new RtpFormat(type, encoding, rate, 1, parameters);
    }

    /** A packet with the marker. */
    static void last(RtpTrack track, int sequence, long timestamp, String payload) {
        send(track, sequence, timestamp, true, payload, 0);
    }

    /** A packet without the marker. */
    static void more(RtpTrack track, int sequence, long timestamp, String payload) {
        send(track, sequence, timestamp, false, payload, 0);
    }

    static void send(RtpTrack track, int sequence, long timestamp, boolean marker, String payload, long nanos) {
        send(track, track.format().payloadType(), 0x1234, sequence, timestamp, marker, payload, nanos);
    }

    static void send(RtpTrack track, int type, int source, int sequence, long timestamp, boolean marker, String payload,
            long nanos) {
        ByteBuf packet = Unpooled.buffer().writeByte(0x80).writeByte(type | (marker ? 0x80 : 0)).writeShort(sequence)
                .writeInt((int) timestamp).writeInt(source).writeBytes(HexFormat.of().parseHex(payload));
        track.packet(packet, 0, packet.writerIndex(), nanos);
    }

    /** A sender report. */
    void report(RtpTrack track, long ntpMillis, long timestamp) {
        ByteBuf packet = Unpooled.buffer().writeByte(0x80).writeByte(200).writeShort(6).writeInt(0x1234)
                .writeInt((int) (ntpMillis / 1000)).writeInt((int) ((ntpMillis % 1000 << 32) / 1000))
                .writeInt((int) timestamp).writeInt(0).writeInt(0);
        session.control(track, packet, 0, packet.writerIndex());
    }

    /** Length and bytes of a NAL unit. */
    static String nal(String hex) {
        return HexFormat.of().toHexDigits(hex.length() / 2) + hex;
    }

    /** A packet with SPS and PPS in one: STAP-A. */
    static String sets() {
        return "78" + HexFormat.of().toHexDigits((short) (SPS.length() / 2)) + SPS
                + HexFormat.of().toHexDigits((short) (PPS.length() / 2)) + PPS;
    }

    /** Bytes of each sample, key ones with a star. */
    List<String> data() {
        return samples.stream().map(s -> (s.key() ? "*" : "") + ByteBufUtil.hexDump(s.data())).toList();
    }

    @Override
    public void tracks(List<Track> tracks) {
        seen.add("tracks " + tracks);
    }

    @Override
    public void sample(Sample sample) {
        // A copy on the heap, which nobody has to release.
        samples.add(new Sample(sample.track(), sample.dts(), sample.pts(), sample.key(),
                Unpooled.wrappedBuffer(ByteBufUtil.getBytes(sample.data()))));
        sample.data().release();
    }

    @Override
    public void bye() {
        seen.add("bye");
    }
}
