package dev.penstock.dataplane.ingest.rtmp;

/** Numbers of message types (RTMP 1.0, 5.4 and 7.1) and of user control events (6.2, 7.1.7). */
final class MessageType {
    static final int SET_CHUNK_SIZE = 1;
    static final int ABORT = 2;
    static final int ACKNOWLEDGEMENT = 3;
    static final int USER_CONTROL = 4;
    static final int WINDOW_ACK_SIZE = 5;
    static final int SET_PEER_BANDWIDTH = 6;
    static final int AUDIO = 8;
    static final int VIDEO = 9;
    static final int DATA_AMF3 = 15;
    static final int COMMAND_AMF3 = 17;
    static final int DATA = 18;
    static final int COMMAND = 20;
    static final int AGGREGATE = 22;

    static final int STREAM_BEGIN = 0;
    static final int STREAM_EOF = 1;
    static final int PING_REQUEST = 6;
    static final int PING_RESPONSE = 7;

    private MessageType() {}

    /** Whether a message carries audio or video. */
    static boolean isMedia(int type) {
        return type == AUDIO || type == VIDEO || type == AGGREGATE;
    }
}
