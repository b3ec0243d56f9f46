package dev.penstock.dataplane.ffmpeg;

import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.FloatPointer;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;

/** FFmpeg's AAC-LC encoder, mono, in process. One owner, who closes it; blocks for the time of coding. */
final class AacEncoder implements AutoCloseable {
    /** Samples of a frame. */
    static final int FRAME = 1024;

    private static final int BITS_PER_SECOND_AT_8K = 24_000;

    private final AVCodecContext context;
    private final AVFrame frame;
    private final AVPacket packet;

    /** Hears the frames. */
    interface Output {
        /**
         * A coded frame.
         *
         * @param atSample number of the sample that its decoded sound begins with; the first one is negative
         */
        void frame(long atSample, byte[] data);
    }

    /**
     * @throws IllegalStateException when there is no FFmpeg for this platform
     */
    AacEncoder(int sampleRate) {
        AVCodec codec = avcodec_find_encoder_by_name("aac");
        context = avcodec_alloc_context3(codec);
        frame = av_frame_alloc();
        packet = av_packet_alloc();
        context.sample_fmt(AV_SAMPLE_FMT_FLTP).sample_rate(sampleRate)
                .bit_rate((long) BITS_PER_SECOND_AT_8K * Math.min(4, sampleRate / 8_000));
        av_channel_layout_default(context.ch_layout(), 1);
        context.time_base().num(1).den(sampleRate);
        context.flags(context.flags() | AV_CODEC_FLAG_GLOBAL_HEADER);
        frame.nb_samples(FRAME).format(AV_SAMPLE_FMT_FLTP).sample_rate(sampleRate);
        av_channel_layout_default(frame.ch_layout(), 1);
        if (avcodec_open2(context, codec, (AVDictionary) null) < 0 || av_frame_get_buffer(frame, 0) < 0) {
            close();
            throw new IllegalStateException("FFmpeg cannot code AAC with " + sampleRate + " Hz");
        }
    }

    /**
     * Codes a frame.
     *
     * @param samples {@link #FRAME} samples, -1 to 1
     * @param atSample number of the first one
     */
    void encode(float[] samples, long atSample, Output out) {
        if (av_frame_make_writable(frame) < 0) {
            return;
        }
        new FloatPointer(frame.data(0)).put(samples, 0, FRAME);
        frame.pts(atSample);
        if (avcodec_send_frame(context, frame) < 0) {
            return;
        }
        while (avcodec_receive_packet(context, packet) >= 0) {
            byte[] data = new byte[packet.size()];
            packet.data().get(data);
            out.frame(packet.pts(), data);
            av_packet_unref(packet);
        }
    }

    @Override
    public void close() {
        av_packet_free(packet);
        av_frame_free(frame);
        avcodec_free_context(context);
    }
}
