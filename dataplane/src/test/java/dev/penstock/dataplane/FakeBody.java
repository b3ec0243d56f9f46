package dev.penstock.dataplane;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;

import dev.penstock.dataplane.http.AnswerBody;

/** A body that comes piece by piece, remembered as text; the client takes more when the test says so. */
public final class FakeBody implements AnswerBody {
    private final Runnable whenWritable;
    private final List<String> pieces = new ArrayList<>();
    private boolean writable = true;
    private String outcome = "";

    FakeBody(Runnable whenWritable) {
        this.whenWritable = whenWritable;
    }

    /** Pieces that were written, as text. */
    public List<String> pieces() {
        return List.copyOf(pieces);
    }

    /** {@code ended}, {@code aborted}, or empty while the body goes on. */
    public String outcome() {
        return outcome;
    }

    /** The client takes no more, or takes more again. */
    public void writable(boolean now) {
        writable = now;
        if (now) {
            whenWritable.run();
        }
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public void write(ByteBuf piece) {
        pieces.add(piece.toString(StandardCharsets.UTF_8));
        piece.release();
    }

    @Override
    public void flush() {}

    @Override
    public void end() {
        outcome = "ended";
    }

    @Override
    public void abort() {
        outcome = "aborted";
    }
}
