package dev.penstock.dataplane.media.ts;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;

import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.ts.SampleFixtures.Unit;

/** Writes down what a demuxer tells, and releases it; its allocator knows what was not released. */
final class Demuxed implements DemuxEvents {
    final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    final TsDemuxer demuxer = new TsDemuxer(allocator, this);
    final List<List<Track>> tracks = new ArrayList<>();
    final List<Integer> tracksAt = new ArrayList<>();
    final List<Unit> units = new ArrayList<>();

    /** All of a stream, to its end. */
    static Demuxed of(byte[] ts) {
        Demuxed demuxed = new Demuxed();
        demuxed.packets(ts, 0, ts.length / TsPacket.SIZE);
        demuxed.demuxer.flush();
        return demuxed;
    }

    void packets(byte[] ts, int fromPacket, int toPacket) {
        demuxer.packets(Unpooled.wrappedBuffer(ts, fromPacket * TsPacket.SIZE,
                (toPacket - fromPacket) * TsPacket.SIZE));
    }

    @Override
    public void tracks(List<Track> now) {
        tracks.add(now);
        tracksAt.add(units.size());
    }

    @Override
    public void sample(Sample sample) {
        ByteBuf data = sample.data();
        byte[] bytes = new byte[data.readableBytes()];
        data.readBytes(bytes);
        data.release();
        units.add(new Unit(sample.track(), sample.dts(), sample.pts(), sample.key(), bytes));
    }

    List<Unit> of(int track) {
        return units.stream().filter(u -> u.track() == track).toList();
    }

    /** Closes the demuxer; bytes that nobody released. */
    long leaked() {
        demuxer.close();
        return allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
    }

    /** A line for each list of tracks and for each sample. */
    String dump() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i <= units.size(); i++) {
            for (int n = 0; n < tracks.size(); n++) {
                if (tracksAt.get(n) == i) {
                    tracks.get(n).forEach(track -> text.append("track %d %s %s%n".formatted(track.id(), track.codec(),
                            HexFormat.of().formatHex(track.config()))));
                }
            }
            if (i < units.size()) {
                Unit unit = units.get(i);
                CRC32 crc = new CRC32();
                crc.update(unit.data());
                text.append("%d %d %+d %s %d %08x%n".formatted(unit.track(), unit.dts(), unit.pts() - unit.dts(),
                        unit.key() ? "key" : "-", unit.data().length, crc.getValue()));
            }
        }
        demuxer.refused().forEach(line -> text.append("refused ").append(line).append('\n'));
        return text.append("dropped ").append(demuxer.dropped()).append('\n').toString();
    }
}
