package dev.penstock.dataplane.ffmpeg;

import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Track;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_QSCALE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MJPEG;
import static org.bytedeco.ffmpeg.global.avcodec.AV_INPUT_BUFFER_PADDING_SIZE;
import static org.bytedeco.ffmpeg.global.avcodec.av_new_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT470BG;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_FATAL;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.FF_QP2LAMBDA;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_mallocz;
import static org.bytedeco.ffmpeg.global.swscale.SWS_AREA;
import static org.bytedeco.ffmpeg.global.swscale.sws_alloc_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_free_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale_frame;

/** Makes a JPEG of a key access unit, by FFmpeg in process. Pure; any thread, which it blocks for the time of decoding. */
public final class JpegMaker {
    /** Larger pictures are not decoded. */
    private static final long MAX_PIXELS = 8192L * 4608;
    /** 2 is best, 31 worst. */
    private static final int QUALITY = 5;

    private JpegMaker() {}

    /**
     * A JPEG of a picture as it is to be shown: square pixels, even width and height.
     *
     * @param track H.264 or H.265, with the configuration
     * @param unit a key access unit; indices stay
     * @param maxWidth pixels; a smaller picture stays as small
     * @return empty when it cannot be decoded
     */
    public static Optional<byte[]> make(Track track, ByteBuf unit, int maxWidth) {
        av_log_set_level(AV_LOG_FATAL);
        AVFrame picture = av_frame_alloc();
        try {
            return decode(track, ByteBufUtil.getBytes(unit), picture) ? scale(picture, maxWidth) : Optional.empty();
        } finally {
            av_frame_free(picture);
        }
    }

    private static boolean decode(Track track, byte[] unit, AVFrame picture) {
        AVCodecContext context = avcodec_alloc_context3(
                avcodec_find_decoder(track.codec() == Codec.H265 ? AV_CODEC_ID_HEVC : AV_CODEC_ID_H264));
        AVPacket packet = av_packet_alloc();
        try {
            int length = track.config().length;
            // Freed with the context.
            BytePointer extra = new BytePointer(av_mallocz(length + AV_INPUT_BUFFER_PADDING_SIZE));
            extra.put(track.config(), 0, length);
            context.extradata(extra).extradata_size(length).thread_count(1).max_pixels(MAX_PIXELS);
            if (avcodec_open2(context, null, (AVDictionary) null) < 0 || av_new_packet(packet, unit.length) < 0) {
                return false;
            }
            packet.data().put(unit, 0, unit.length);
            return avcodec_send_packet(context, packet) >= 0 && avcodec_send_packet(context, null) >= 0
                    && avcodec_receive_frame(context, picture) >= 0;
        } finally {
            av_packet_free(packet);
            avcodec_free_context(context);
        }
    }

    private static Optional<byte[]> scale(AVFrame picture, int maxWidth) {
        double shown = picture.width() * ratio(picture);
        int width = even(Math.min(maxWidth, shown));
        int height = even(picture.height() * (width / shown));
        AVFrame small = av_frame_alloc();
        SwsContext scaler = sws_alloc_context();
        try {
            small.width(width).height(height).format(AV_PIX_FMT_YUVJ420P).color_range(AVCOL_RANGE_JPEG)
                    .colorspace(AVCOL_SPC_BT470BG);
            scaler.flags(SWS_AREA);
            boolean done = av_frame_get_buffer(small, 0) >= 0 && sws_scale_frame(scaler, small, picture) >= 0;
            return done ? encode(small) : Optional.empty();
        } finally {
            sws_free_context(scaler);
            av_frame_free(small);
        }
    }

    /** Width of a pixel by its height. */
    private static double ratio(AVFrame picture) {
        int num = picture.sample_aspect_ratio().num();
        int den = picture.sample_aspect_ratio().den();
        double ratio = num > 0 && den > 0 ? (double) num / den : 1;
        return ratio >= 0.25 && ratio <= 4 ? ratio : 1;
    }

    private static int even(double pixels) {
        return Math.max(2, (int) Math.round(pixels / 2) * 2);
    }

    private static Optional<byte[]> encode(AVFrame frame) {
        AVCodecContext context = avcodec_alloc_context3(avcodec_find_encoder(AV_CODEC_ID_MJPEG));
        AVPacket packet = av_packet_alloc();
        try {
            context.pix_fmt(AV_PIX_FMT_YUVJ420P).width(frame.width()).height(frame.height())
                    .color_range(AVCOL_RANGE_JPEG).thread_count(1);
            context.time_base().num(1).den(25);
            context.flags(context.flags() | AV_CODEC_FLAG_QSCALE).global_quality(FF_QP2LAMBDA * QUALITY);
            frame.quality(FF_QP2LAMBDA * QUALITY).pts(0);
            boolean done = avcodec_open2(context, null, (AVDictionary) null) >= 0
                    && avcodec_send_frame(context, frame) >= 0 && avcodec_receive_packet(context, packet) >= 0;
            if (!done) {
                return Optional.empty();
            }
            byte[] jpeg = new byte[packet.size()];
            packet.data().get(jpeg);
            return Optional.of(jpeg);
        } finally {
            av_packet_free(packet);
            avcodec_free_context(context);
        }
    }
}
