package dev.penstock.dataplane.ingest.rtmp;

/** User and password for an RTMP server that asks for them. */
public record RtmpLogin(String username, String password) {
    /** Without the secret. */
    @Override
    public String toString() {
        return "user";
    }
}
