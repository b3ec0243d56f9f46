package dev.penstock.dataplane.ingest.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

import io.netty.util.concurrent.Ticker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Puts what a program says into the log, line by line: at most {@link #MAX_LINE} bytes of a line, at most {@link #MAX_LINES} lines
 * a second; the rest is counted. The program is never held up.
 */
final class LineLog {
    private static final Logger LOG = LoggerFactory.getLogger(LineLog.class);
    private static final int MAX_LINE = 512;
    private static final int MAX_LINES = 20;
    private static final long SECOND = 1_000_000_000L;

    private final String program;
    private final Ticker ticker;
    private final byte[] line = new byte[MAX_LINE];
    private int length;
    private long windowStart;
    private int inWindow;
    private long dropped;

    LineLog(String program, Ticker ticker) {
        this.program = program;
        this.ticker = ticker;
        this.windowStart = ticker.nanoTime();
    }

    /** Reads until the end. */
    void read(InputStream in) {
        byte[] bytes = new byte[4096];
        try (in) {
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                for (int i = 0; i < read; i++) {
                    take(bytes[i]);
                }
            }
        } catch (IOException e) {
            LOG.atDebug().addKeyValue(LogKeys.SOURCE, program).addKeyValue(LogKeys.REASON, e.getMessage())
                    .log("Program's standard error ended");
        }
        endLine();
    }

    private void take(byte value) {
        if (value == '\n' || value == '\r') {
            endLine();
        } else if (length < MAX_LINE) {
            line[length++] = value < 0x20 && value >= 0 ? (byte) ' ' : value;
        }
    }

    private void endLine() {
        if (length == 0) {
            return;
        }
        String text = new String(line, 0, length, StandardCharsets.UTF_8);
        length = 0;
        long now = ticker.nanoTime();
        if (now - windowStart >= SECOND) {
            windowStart = now;
            inWindow = 0;
            if (dropped > 0) {
                LOG.atInfo().addKeyValue(LogKeys.SOURCE, program).addKeyValue(LogKeys.COUNT, dropped)
                        .log("Program said more than the log takes");
                dropped = 0;
            }
        }
        if (inWindow++ < MAX_LINES) {
            LOG.atInfo().addKeyValue(LogKeys.SOURCE, program).addKeyValue(LogKeys.LINE, text).log("Program said");
        } else {
            dropped++;
        }
    }
}
