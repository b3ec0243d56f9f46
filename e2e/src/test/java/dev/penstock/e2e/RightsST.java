package dev.penstock.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import dev.penstock.e2e.AuditLog.Request;

import static org.assertj.core.api.Assertions.assertThat;

/** The API server's audit log of the whole run against the operator's rights: nothing denied, nothing unused. */
class RightsST {
    private static final Path RIGHTS = Path.of("../charts/penstock/rights/served.yaml");

    private static final int FORBIDDEN = 403;

    /** Rights that a run need not show, with the reason. */
    private static final Map<String, String> UNSEEN = unseen();

    @Test
    void shouldNeverHaveBeenDenied() {
        assertThat(ControlPlane.get().audit().requests())
                .filteredOn(r -> r.user().equals(ControlPlane.OPERATOR) && r.code() == FORBIDDEN
                // What is made in a namespace that goes is refused with the same code.
                        && ControlPlane.get().admin().namespaces().withName(r.namespace()).get() != null)
                .as("denied to the operator").isEmpty();
    }

    @Test
    void shouldUseAllThatItMay() throws IOException {
        Assumptions.assumeTrue(LastRights.isWhole("ST"), "only the whole tier uses every right");
        Set<String> used = used();
        Set<String> granted = granted();
        assertThat(granted).filteredOn(right -> !used.contains(right) && !UNSEEN.containsKey(right))
                .as("granted and not used by this run").isEmpty();
        assertThat(granted).as("exceptions for what is granted").containsAll(UNSEEN.keySet());
    }

    private static Map<String, String> unseen() {
        Map<String, String> unseen = new HashMap<>();
        unseen.put("/secrets get", "granted on to pods");
        for (String kind : List.of("mediapools", "mediagateways")) {
            unseen.put("penstock.dev/" + kind + "/finalizers update", "admission asks for it, nobody requests it");
        }
        for (String kind : List.of("livestreams", "mediagateways", "mediapools", "objectstores", "recordings",
                "rendersessions")) {
            unseen.put("penstock.dev/" + kind + " get", "after a conflict of status writes only");
        }
        return unseen;
    }

    private static Set<String> used() {
        Set<String> used = new TreeSet<>();
        for (Request request : ControlPlane.get().audit().requests()) {
            if (request.user().equals(ControlPlane.OPERATOR) && request.code() != FORBIDDEN) {
                used.add(request.resource() + " " + request.verb());
                // Server-side apply of what is not there yet needs both.
                if (request.verb().equals("patch") && request.code() == 201) {
                    used.add(request.resource() + " create");
                }
            }
        }
        return used;
    }

    private static Set<String> granted() throws IOException {
        Set<String> granted = new TreeSet<>();
        Serialization.unmarshal(Files.readString(RIGHTS), ClusterRole.class).getRules()
                .forEach(rule -> rule.getApiGroups().forEach(group -> rule.getResources().forEach(resource -> rule
                        .getVerbs().forEach(verb -> granted.add(group + "/" + resource + " " + verb)))));
        return granted;
    }
}
