package dev.penstock.operator.ring;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.penstock.wire.PodReport;

/**
 * Decides the readiness gate {@code penstock.dev/joined} of a pod. A pod joins when it serves by the newest table; a rolling update
 * waits for that. One that has joined does not leave because a newer table was made a moment ago: it leaves when it says that it does
 * not serve, or is silent. What is unknown changes nothing.
 */
public final class JoinPlanner {
    private JoinPlanner() {}

    /**
     * Whether the pod has its partitions.
     *
     * @param before what the gate says now
     * @param report the pod's last answer, null if it has not answered yet
     * @param isSilent whether it has not answered for the failure window
     * @param claims the newest claims, empty if there is no table yet
     */
    public static boolean hasJoined(boolean before, @Nullable PodReport report, boolean isSilent,
            Optional<RingClaims> claims) {
        if (isSilent) {
            return false;
        }
        if (report == null) {
            return before;
        }
        if (!report.ready() || report.epoch() == 0 || claims.isEmpty()) {
            return false;
        }
        return before || report.epoch() >= claims.get().table().epoch();
    }
}
