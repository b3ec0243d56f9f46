package dev.penstock.dataplane.ingest.rtsp;

import java.util.Optional;

/**
 * How a camera is asked.
 *
 * @param user user and password; empty for none. Never shown
 * @param udp RTP travels on ports of its own, else in the RTSP connection
 * @param dropG711 G.711 is left out, else it becomes AAC
 */
public record RtspOptions(Optional<User> user, boolean udp, boolean dropG711) {
    /** User and password. */
    public record User(String name, String password) {
        /** Without the secret. */
        @Override
        public String toString() {
            return "user";
        }
    }
}
