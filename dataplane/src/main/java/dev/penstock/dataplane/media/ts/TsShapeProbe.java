package dev.penstock.dataplane.media.ts;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.time.TsTime;

/**
 * Finds out what a program carries, for CODECS and RESOLUTION of playlists, from the headers in its access units. Looks
 * until all is known, then parses no more; {@link #reset} starts anew. Headers are looked for within one buffer; cut ones are
 * found at a later access unit.
 *
 * <p>Mutable, one owner: the thread that calls {@link #parse}.
 */
public final class TsShapeProbe {
    private static final int MAX_HEADER_BYTES = 2048;
    private static final int STEPS = 16;
    private static final int MAX_PES = 500;

    /**
     * What a program carries, as far as it is known.
     *
     * @param codecs CODECS attribute (RFC 6381), comma separated, video first; empty while nothing is known
     * @param width pixels of the first video; 0 while unknown
     * @param height pixels of the first video; 0 while unknown
     * @param frameRate frames per second of the first video; 0 while unknown
     */
    public record Shape(String codecs, int width, int height, double frameRate) {}

    private final TsParser parser = new TsParser(new Events());
    private final PesCursor cursor = new PesCursor();
    private final Map<Integer, EsCodec> wanted = new LinkedHashMap<>();
    private final Map<Integer, CodecProbe.Found> found = new LinkedHashMap<>();
    private final Map<Long, Integer> steps = new HashMap<>();
    private ByteBuf present = Unpooled.EMPTY_BUFFER;
    private @Nullable Psi psi;
    private long lastDts = -1;
    private int pesSeen;
    private boolean done;

    /**
     * Looks at packets.
     *
     * @param packets whole aligned packets; indices stay as they are, nothing is retained
     */
    public void parse(ByteBuf packets) {
        if (done) {
            return;
        }
        present = packets;
        parser.parse(packets);
        present = Unpooled.EMPTY_BUFFER;
    }

    /** True when all that can be known is known, or was looked for long enough. */
    public boolean complete() {
        return done;
    }

    /** What is known now. */
    public Shape shape() {
        Psi tables = psi;
        if (tables == null) {
            return new Shape("", 0, 0, 0);
        }
        String codecs = tables.streams().stream().sorted((a, b) -> a.kind().compareTo(b.kind()))
                .map(es -> found.get(es.pid())).filter(f -> f != null).map(CodecProbe.Found::codec).distinct()
                .collect(Collectors.joining(","));
        CodecProbe.Found lead = found.get(tables.leadPid());
        if (lead == null || !tables.hasVideo()) {
            return new Shape(codecs, 0, 0, 0);
        }
        return new Shape(codecs, lead.width(), lead.height(), lead.frameRate() > 0 ? lead.frameRate() : measured());
    }

    /** Forgets everything. */
    public void reset() {
        parser.reset();
        forget();
        psi = null;
    }

    private void forget() {
        wanted.clear();
        found.clear();
        steps.clear();
        lastDts = -1;
        pesSeen = 0;
        done = false;
    }

    /** Frames per second from the most frequent step between decoding times. */
    private double measured() {
        return steps.entrySet().stream().max(Map.Entry.comparingByValue())
                .map(step -> (double) TsTime.HZ_90K / step.getKey()).orElse(0.0);
    }

    private void measure(PesStart pes) {
        if (pes.dts() >= 0 && lastDts >= 0) {
            long step = TsTime.diff90k(lastDts, pes.dts());
            if (step > 0 && step <= TsTime.HZ_90K) {
                steps.merge(step, 1, Integer::sum);
            }
        }
        lastDts = pes.dts();
    }

    private final class Events implements TsEvents {
        @Override
        public void program(Psi tables) {
            forget();
            psi = tables;
            List<PsiSections.Entry> entries = PsiSections.entries(tables.pmtSection());
            for (PsiSections.Entry entry : entries) {
                EsCodec codec = EsCodec.of(entry.streamType(), tables.pmtSection(), entry.descriptors(), entry.end());
                if (codec != EsCodec.OTHER && codec != EsCodec.OTHER_VIDEO) {
                    wanted.put(entry.pid(), codec);
                }
            }
        }

        @Override
        public void pes(int offset, PesStart pes) {
            Psi tables = psi;
            if (tables == null || done) {
                return;
            }
            boolean lead = pes.pid() == tables.leadPid();
            if (lead) {
                measure(pes);
            }
            EsCodec codec = wanted.get(pes.pid());
            if (codec != null && pes.randomAccess() && !found.containsKey(pes.pid())) {
                int type = tables.streams().stream().filter(es -> es.pid() == pes.pid()).findFirst().orElseThrow()
                        .streamType();
                CodecProbe.probe(type, codec, beginning(offset)).ifPresent(f -> found.put(pes.pid(), f));
            }
            pesSeen += lead ? 1 : 0;
            int counted = steps.values().stream().mapToInt(Integer::intValue).sum();
            boolean rateKnown = !tables.hasVideo() || counted >= STEPS;
            done = (found.size() == wanted.size() && rateKnown) || pesSeen > MAX_PES;
        }

        @Override
        public void pcr(int offset, long pcr27Mhz, boolean discontinuity) {}

        @Override
        public void fault(int offset, TsFault kind) {}
    }

    /** The first bytes of the payload of the PES packet whose first transport packet starts at an offset. */
    private byte[] beginning(int offset) {
        int base = present.readerIndex();
        int end = base + present.readableBytes() / TsPacket.SIZE * TsPacket.SIZE;
        cursor.start(present, base + offset, end);
        for (int i = 0; i < 8; i++) {
            cursor.read();
        }
        for (int skip = cursor.read(); skip > 0; skip--) {
            cursor.read();
        }
        byte[] bytes = new byte[MAX_HEADER_BYTES];
        int length = 0;
        for (int next = cursor.read(); next >= 0 && length < bytes.length; next = cursor.read()) {
            bytes[length++] = (byte) next;
        }
        cursor.finish();
        return java.util.Arrays.copyOf(bytes, length);
    }
}
