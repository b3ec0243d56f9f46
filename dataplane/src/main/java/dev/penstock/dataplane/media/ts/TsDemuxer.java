package dev.penstock.dataplane.media.ts;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Sample;

/**
 * Takes the access units of the first program out of a transport stream (ISO/IEC 13818-1): the first video and all audio, as
 * {@link Codec} says. Configurations are made from what the stream brings in band.
 *
 * <p>Times of all tracks are on one clock of 90 kHz without wraps that starts where the stream's does; never less than before on the
 * same track. A PES packet without a time has that of the one before and a frame more. What is damaged, lacks packets or is larger
 * than 8 MiB is dropped and counted; never throws on bad input. Each PES packet of video is taken for one access unit. It goes out
 * when it is whole, which with a PES packet without a length is when the next begins, or on {@link #flush}.
 *
 * <p>Mutable, one owner: the thread that calls it. {@link #close} releases what is held.
 */
public final class TsDemuxer implements AutoCloseable {
    private static final int MAX_TRACKS = 16;

    private final ByteBufAllocator allocator;
    private final TrackGate gate;
    private final TsParser parser = new TsParser(new Events());
    private final EsClock.Shared time = new EsClock.Shared();
    private final Map<Stream, Integer> ids = new LinkedHashMap<>();
    private Map<Stream, PesAssembler> streams = Map.of();
    private PesAssembler[] assemblers = {};
    private List<String> refused = List.of();
    private ByteBuf present = Unpooled.EMPTY_BUFFER;
    private int base;
    private int at;
    private long dropped;
    private int nextId;

    /** What an elementary stream is told by: the same goes on as the same track. */
    private record Stream(int pid, Codec codec, boolean isLatm) {}

    /**
     * @param allocator makes the buffers of samples
     * @param events hears of tracks and samples
     */
    public TsDemuxer(ByteBufAllocator allocator, DemuxEvents events) {
        this.allocator = allocator;
        gate = new TrackGate(events);
    }

    /**
     * Reads packets.
     *
     * @param packets whole aligned packets of 188 bytes from reader index to writer index; indices stay as they are, nothing is
     *     changed or retained
     */
    public void packets(ByteBuf packets) {
        present = packets;
        base = packets.readerIndex();
        at = base;
        parser.parse(packets);
        feed(base + packets.readableBytes() / TsPacket.SIZE * TsPacket.SIZE);
        present = Unpooled.EMPTY_BUFFER;
    }

    /**
     * The tables in force, told rather than read from packets: where what follows may not begin with its own.
     *
     * @param psi the tables
     */
    public void tables(Psi psi) {
        ByteBuf tables = Unpooled.buffer();
        PsiWriter.write(tables, psi, 0, 0);
        packets(tables);
    }

    /**
     * What follows is not continuous with what came before: times start anew from any origin, and what was not whole is dropped; call
     * {@link #flush} before to have it nevertheless.
     */
    public void discontinuity() {
        gate.open();
        time.reset();
        for (PesAssembler assembler : assemblers) {
            assembler.reset();
        }
    }

    /** Nothing follows for now: hands over what waits for more. */
    public void flush() {
        for (PesAssembler assembler : assemblers) {
            assembler.end();
        }
        gate.open();
    }

    /** Video and audio of the program that are not taken out, one line for a person each; empty before the first tables. */
    public List<String> refused() {
        return refused;
    }

    /** How many access units and frames were dropped since the start: damaged, too large, or before the first configuration. */
    public long dropped() {
        return dropped;
    }

    @Override
    public void close() {
        for (PesAssembler assembler : assemblers) {
            assembler.close();
        }
        assemblers = new PesAssembler[0];
        streams = Map.of();
        gate.close();
    }

    /** Hands on packets up to an index. */
    private void feed(int to) {
        for (; at < to; at += TsPacket.SIZE) {
            packet(null);
        }
    }

    private void packet(@Nullable PesStart begins) {
        int header = present.getInt(at);
        if (header >>> 24 != TsPacket.SYNC || (header & 0x0080_0000) != 0) {
            return;
        }
        int pid = (header >> 8) & 0x1FFF;
        for (PesAssembler assembler : assemblers) {
            if (assembler.pid() == pid) {
                assembler.packet(present, at, begins);
            }
        }
    }

    private void program(Psi psi) {
        Map<Stream, EsFormat.Taken> taken = new LinkedHashMap<>();
        List<String> why = new ArrayList<>();
        boolean video = false;
        for (PsiSections.Entry entry : PsiSections.entries(psi.pmtSection())) {
            switch (EsFormat.of(psi.pmtSection(), entry)) {
                case EsFormat.Taken format -> {
                    if ((format.codec().isVideo() && video) || taken.size() == MAX_TRACKS) {
                        why.add("PID 0x%x: %s is one track too many (expected: one of video, at most 16 in all)"
                                .formatted(entry.pid(), format.codec()));
                    } else {
                        taken.putIfAbsent(new Stream(entry.pid(), format.codec(), format.isLatm()), format);
                        video |= format.codec().isVideo();
                    }
                }
                case EsFormat.Refused format -> why.add(format.why());
                case EsFormat.Ignored ignored -> {
                }
            }
        }
        refused = List.copyOf(why);
        follow(taken);
    }

    private void follow(Map<Stream, EsFormat.Taken> taken) {
        if (taken.keySet().equals(streams.keySet())) {
            return;
        }
        Map<Stream, PesAssembler> now = new LinkedHashMap<>();
        Map<Integer, Codec> wanted = new LinkedHashMap<>();
        taken.forEach((stream, format) -> {
            PesAssembler before = streams.get(stream);
            now.put(stream, before == null ? assembler(stream, format) : before);
            wanted.put(id(stream), stream.codec());
        });
        streams.forEach((stream, assembler) -> {
            if (!now.containsKey(stream)) {
                assembler.close();
            }
        });
        streams = now;
        assemblers = now.values().toArray(PesAssembler[]::new);
        ids.keySet().retainAll(now.keySet());
        gate.expect(wanted);
    }

    /** The number of a stream, its own for as long as the tables list it. */
    private int id(Stream stream) {
        return ids.computeIfAbsent(stream, key -> nextId++);
    }

    private PesAssembler assembler(Stream stream, EsFormat.Taken format) {
        int id = id(stream);
        EsClock clock = new EsClock(time);
        Units units = new Units(id);
        EsReader reader = switch (stream.codec()) {
            case H264 -> new VideoReader(false, clock, allocator, units);
            case H265 -> new VideoReader(true, clock, allocator, units);
            case AAC -> new AudioReader(format.isLatm() ? new LoasFraming() : new AdtsFraming(), clock, allocator,
                    units);
            case MPEG_AUDIO -> new AudioReader(new MpegAudioFraming(), clock, allocator, units);
            case AC3 -> new AudioReader(new Ac3Framing(), clock, allocator, units);
            case OPUS -> new AudioReader(new OpusFraming(format.config()), clock, allocator, units);
            case AV1 -> throw new IllegalStateException("AV1 is not carried in a transport stream");
        };
        return new PesAssembler(stream.pid(), reader, allocator);
    }

    private final class Units implements EsReader.Target {
        private final int track;

        private Units(int track) {
            this.track = track;
        }

        @Override
        public void config(byte[] config) {
            gate.config(track, config);
        }

        @Override
        public void unit(long dts, long pts, boolean key, ByteBuf data) {
            gate.sample(new Sample(track, dts, pts, key, data));
        }

        @Override
        public void dropped() {
            dropped++;
        }
    }

    private final class Events implements TsEvents {
        @Override
        public void program(Psi psi) {
            TsDemuxer.this.program(psi);
        }

        @Override
        public void pes(int offset, PesStart pes) {
            feed(base + offset);
            packet(pes);
            at += TsPacket.SIZE;
        }

        @Override
        public void pcr(int offset, long pcr27Mhz, boolean discontinuity) {}

        @Override
        public void fault(int offset, TsFault kind) {}
    }
}
