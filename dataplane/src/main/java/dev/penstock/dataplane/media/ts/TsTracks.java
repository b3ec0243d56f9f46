package dev.penstock.dataplane.media.ts;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.aac.AudioSpecificConfig;
import dev.penstock.dataplane.media.opus.OpusHead;

/**
 * How tracks go into a transport stream: the first video on PID 0x100, audio from 0x101 on. The same list of codecs gets the same
 * PIDs and tables.
 *
 * @param carried tracks that go in, in the order of the PMT
 * @param refused why each of the others does not, one line for a person each
 */
public record TsTracks(List<Carried> carried, List<String> refused) {
    /** PID of the PMT. */
    public static final int PMT_PID = 0x1000;
    private static final int VIDEO_PID = 0x100;
    private static final int MAX_TRACKS = 16;

    /**
     * A track that goes in.
     *
     * @param track as the source told it
     * @param pid its PID
     * @param streamType stream_type (ISO/IEC 13818-1 table 2-34)
     * @param streamId stream_id of its PES packets (table 2-22)
     * @param descriptors its descriptors in the PMT
     */
    record Carried(Track track, int pid, int streamType, int streamId, byte[] descriptors) {}

    /** Plans; never fails. */
    public static TsTracks plan(List<Track> tracks) {
        List<Carried> carried = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        boolean video = false;
        int audio = 0;
        for (Track track : tracks) {
            Optional<String> why = (video && track.codec().isVideo()) || carried.size() == MAX_TRACKS
                    ? Optional.of(track.codec() + ": is one track too many (expected: one of video, at most 16 in all)")
                    : refusal(track);
            if (why.isPresent()) {
                refused.add(why.get());
            } else if (track.codec().isVideo()) {
                video = true;
                carried.add(0, carried(track, VIDEO_PID, 0xE0));
            } else {
                audio++;
                carried.add(carried(track, VIDEO_PID + audio, 0xC0 + audio - 1));
            }
        }
        return new TsTracks(List.copyOf(carried), List.copyOf(refused));
    }

    /**
     * Why a source with these tracks cannot be served at all: nothing of it goes into a transport stream, or none of its video.
     *
     * @return one line for a person; empty when it can
     */
    public static Optional<String> refusal(List<Track> tracks) {
        TsTracks plan = plan(tracks);
        boolean wanted = tracks.stream().anyMatch(t -> t.codec().isVideo());
        boolean there = plan.carried().stream().anyMatch(c -> c.track().codec().isVideo());
        if (plan.carried().isEmpty() || (wanted && !there)) {
            return Optional.of(plan.refused().isEmpty()
                    ? "the source announces no track (expected: video or audio)"
                    : String.join("; ", plan.refused()));
        }
        return Optional.empty();
    }

    private static Optional<String> refusal(Track track) {
        return switch (track.codec()) {
            case H264, H265, MPEG_AUDIO, AC3 -> Optional.empty();
            case AV1 -> Optional.of("AV1: is not carried in a transport stream (expected: H264 or H265)");
            case AAC -> AudioSpecificConfig.parse(track.config()).filter(AudioSpecificConfig::fitsAdts).isPresent()
                    ? Optional.empty()
                    : Optional.of(
                            "AAC: its configuration is damaged or has no ADTS form (expected: AAC-LC, Main or HE-AAC, "
                                    + "1 to 8 channels)");
            case OPUS -> OpusHead.parse(track.config()).map(TsTracks::channelCode).orElse(-1) >= 0
                    ? Optional.empty()
                    : Optional.of(
                            "OPUS: its OpusHead is damaged or has another mapping (expected: 1 to 8 channels, family 0 or 1)");
        };
    }

    private static Carried carried(Track track, int pid, int audioId) {
        return switch (track.codec()) {
            case H264 -> new Carried(track, pid, 0x1B, audioId, new byte[0]);
            case H265 -> new Carried(track, pid, 0x24, audioId, registration("HEVC"));
            case AAC -> new Carried(track, pid, 0x0F, audioId, new byte[0]);
            case MPEG_AUDIO -> new Carried(track, pid, 0x03, audioId, new byte[0]);
            case AC3 -> new Carried(track, pid, 0x81, 0xBD, registration("AC-3"));
            case OPUS -> new Carried(track, pid, 0x06, 0xBD, opus(track));
            case AV1 -> throw new IllegalStateException("AV1 is refused");
        };
    }

    /** registration_descriptor (ISO/IEC 13818-1 2.6.8). */
    private static byte[] registration(String id) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0x05);
        out.write(4);
        out.writeBytes(id.getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    /** Registration and the Opus audio descriptor: extension tag 0x80 (Opus in MPEG-2 TS, wiki.xiph.org/OpusTS). */
    private static byte[] opus(Track track) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(registration("Opus"));
        int code = OpusHead.parse(track.config()).map(TsTracks::channelCode).orElse(2);
        out.writeBytes(new byte[]{0x7F, 2, (byte) 0x80, (byte) code});
        return out.toByteArray();
    }

    /** channel_config_code: the number of channels in Vorbis order; -1 when the mapping is another. */
    private static int channelCode(OpusHead head) {
        return head.family() <= 1 && head.channels() <= 8 ? head.channels() : -1;
    }

    /** PID that carries the PCR: of the video, else of the first audio. */
    int pcrPid() {
        return carried.getFirst().pid();
    }

    /** Number of the track whose access units decide; -1 when none is carried. */
    public int leadTrack() {
        return carried.isEmpty() ? -1 : carried.getFirst().track().id();
    }

    /** Whether the lead track is video. */
    public boolean hasVideo() {
        return !carried.isEmpty() && carried.getFirst().track().codec().isVideo();
    }

    /** The PAT (ISO/IEC 13818-1 2.4.4.3): program 1. */
    static byte[] pat() {
        byte[] section = {0, (byte) 0xB0, 13, 0, 1, (byte) 0xC1, 0, 0, 0, 1, (byte) (0xE0 | PMT_PID >> 8),
                (byte) PMT_PID, 0, 0, 0, 0};
        PsiSections.seal(section);
        return section;
    }

    /**
     * The PMT (ISO/IEC 13818-1 2.4.4.8).
     *
     * @param version version_number, 0 to 31
     */
    byte[] pmt(int version) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[]{2, 0, 0, 0, 1, (byte) (0xC1 | version << 1), 0, 0, (byte) (0xE0 | pcrPid() >> 8),
                (byte) pcrPid(), (byte) 0xF0, 0});
        for (Carried es : carried) {
            out.write(es.streamType());
            out.write(0xE0 | es.pid() >> 8);
            out.write(es.pid());
            out.write(0xF0);
            out.write(es.descriptors().length);
            out.writeBytes(es.descriptors());
        }
        out.writeBytes(new byte[4]);
        byte[] section = out.toByteArray();
        section[1] = (byte) (0xB0 | (section.length - 3) >> 8);
        section[2] = (byte) (section.length - 3);
        PsiSections.seal(section);
        return section;
    }
}
