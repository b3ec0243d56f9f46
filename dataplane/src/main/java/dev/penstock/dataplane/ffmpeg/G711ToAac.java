package dev.penstock.dataplane.ffmpeg;

import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.media.aac.AudioSpecificConfig;
import dev.penstock.dataplane.media.g711.G711;
import dev.penstock.dataplane.media.rtp.Recoder;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Makes AAC of the G.711 of one camera, on a virtual thread of its own. What it is given waits in a queue of {@link #QUEUE} units
 * (over a second); when that is full, units are dropped and counted. Gaps of up to 2 s are filled with silence. Given units and
 * closed on the event loop, where the output hears its frames too.
 */
public final class G711ToAac implements Recoder, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(G711ToAac.class);
    private static final int QUEUE = 64;
    private static final int HZ_90K = 90_000;
    private static final int AAC_LC = 2;
    /** Differences up to 40 ms are noise of the sender's clock. */
    private static final long MAX_NOISE_TICKS = 3600;
    private static final long MAX_SILENCE_TICKS = 2L * HZ_90K;

    private final G711 law;
    private final int sampleRate;
    private final Executor loop;
    private final Output out;
    private final BlockingQueue<Unit> queue = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicLong dropped = new AtomicLong();
    private final float[] frame = new float[AacEncoder.FRAME];
    private final Thread thread;
    private volatile boolean closed;
    private int filled;
    private long samples;
    private long origin;
    private boolean started;

    private record Unit(long pts, byte[] data) {}

    /** Hears the frames, on the event loop. */
    public interface Output {
        /**
         * A frame of AAC-LC, mono.
         *
         * @param pts ticks of 90 kHz, on the clock of what was given
         * @param data ownership passes to this call
         */
        void frame(long pts, ByteBuf data);
    }

    /**
     * @param aLaw PCMA, else PCMU
     * @param sampleRate samples per second, that of AAC too
     * @param loop the event loop
     */
    public G711ToAac(boolean aLaw, int sampleRate, Executor loop, Output out) {
        this.law = aLaw ? G711.A_LAW : G711.MU_LAW;
        this.sampleRate = sampleRate;
        this.loop = loop;
        this.out = out;
        this.thread = Thread.ofVirtual().name("penstock-aac").start(this::work);
    }

    /** The AudioSpecificConfig of the frames. */
    public byte[] config() {
        return AudioSpecificConfig.of(AAC_LC, sampleRate, 1).bytes();
    }

    @Override
    public void unit(long pts, ByteBuf data) {
        byte[] bytes = ByteBufUtil.getBytes(data);
        data.release();
        if (!queue.offer(new Unit(pts, bytes))) {
            dropped.incrementAndGet();
        }
    }

    /** Units that found the queue full. */
    public long dropped() {
        return dropped.get();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void work() {
        try (AacEncoder encoder = new AacEncoder(sampleRate)) {
            while (!closed) {
                Unit unit = queue.take();
                place(encoder, unit.pts());
                for (byte code : unit.data()) {
                    add(encoder, law.sample(code));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException | LinkageError e) {
            LOG.atError().addKeyValue(LogKeys.REASON, e.getMessage()).log("No AAC is made of G.711");
        }
    }

    /** Compares where the samples stand with where the sender says that they are. */
    private void place(AacEncoder encoder, long pts) {
        if (!started) {
            started = true;
            origin = pts;
            return;
        }
        long late = pts - ticks(samples);
        if (late > MAX_NOISE_TICKS && late <= MAX_SILENCE_TICKS) {
            for (long missing = late * sampleRate / HZ_90K; missing > 0; missing--) {
                add(encoder, 0);
            }
        } else if (Math.abs(late) > MAX_NOISE_TICKS) {
            origin += late;
        }
    }

    private void add(AacEncoder encoder, float sample) {
        frame[filled++] = sample;
        samples++;
        if (filled == frame.length) {
            filled = 0;
            encoder.encode(frame, samples - frame.length, this::hand);
            Arrays.fill(frame, 0);
        }
    }

    private void hand(long atSample, byte[] data) {
        long pts = ticks(atSample);
        ByteBuf frameData = ByteBufAllocator.DEFAULT.buffer(data.length).writeBytes(data);
        try {
            loop.execute(() -> out.frame(pts, frameData));
        } catch (RejectedExecutionException e) {
            // The process ends: nobody is left to hear.
            frameData.release();
        }
    }

    private long ticks(long sample) {
        return origin + sample * HZ_90K / sampleRate;
    }
}
