package dev.penstock.dataplane.media;

/** Codings of elementary streams that sources bring. */
public enum Codec {
    /** ISO/IEC 14496-10. Access units: NAL units, each behind its length in 4 bytes. Configuration: AVCDecoderConfigurationRecord. */
    H264(true),
    /** ISO/IEC 23008-2. Access units: NAL units, each behind its length in 4 bytes. Configuration: HEVCDecoderConfigurationRecord. */
    H265(true),
    /** AV1. Access units: temporal units without temporal delimiters. Configuration: AV1CodecConfigurationRecord. */
    AV1(true),
    /** ISO/IEC 14496-3. Access units: raw frames without ADTS or LATM. Configuration: AudioSpecificConfig. */
    AAC(false),
    /** RFC 6716. Access units: packets. Configuration: OpusHead (RFC 7845 5.1). */
    OPUS(false),
    /** ISO/IEC 11172-3 and 13818-3, layers I to III. Access units: frames with their header. No configuration. */
    MPEG_AUDIO(false),
    /** ETSI TS 102 366. Access units: syncframes. No configuration. */
    AC3(false);

    private final boolean video;

    Codec(boolean video) {
        this.video = video;
    }

    /** Whether it is video; else it is audio. */
    public boolean isVideo() {
        return video;
    }
}
