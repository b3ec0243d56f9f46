package dev.penstock.dataplane.media.ts;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** The transport streams of src/test/resources/media, and a listener that writes down what it hears. */
final class TsFixtures {
    private TsFixtures() {}

    static byte[] bytes(String name) {
        try (InputStream in = TsFixtures.class.getResourceAsStream("/media/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A copy of a part of a file. */
    static ByteBuf packets(byte[] file, int fromPacket, int toPacket) {
        return Unpooled.copiedBuffer(file, fromPacket * TsPacket.SIZE,
                Math.min(file.length, toPacket * TsPacket.SIZE) - fromPacket * TsPacket.SIZE);
    }

    static Heard parse(byte[] file) {
        Heard heard = new Heard();
        new TsParser(heard).parse(Unpooled.wrappedBuffer(file));
        return heard;
    }

    static final class Heard implements TsEvents {
        final List<Psi> programs = new ArrayList<>();
        final List<PesStart> pes = new ArrayList<>();
        final List<Integer> pesOffsets = new ArrayList<>();
        final List<Long> pcrs = new ArrayList<>();
        final List<TsFault> faults = new ArrayList<>();

        @Override
        public void program(Psi psi) {
            programs.add(psi);
        }

        @Override
        public void pes(int offset, PesStart start) {
            pes.add(start);
            pesOffsets.add(offset);
        }

        @Override
        public void pcr(int offset, long pcr27Mhz, boolean discontinuity) {
            pcrs.add(pcr27Mhz);
        }

        @Override
        public void fault(int offset, TsFault kind) {
            faults.add(kind);
        }

        List<PesStart> of(int pid) {
            return pes.stream().filter(p -> p.pid() == pid).toList();
        }

        long keys(int pid) {
            return of(pid).stream().filter(PesStart::randomAccess).count();
        }

        int video() {
            return programs.getLast().leadPid();
        }
    }
}
