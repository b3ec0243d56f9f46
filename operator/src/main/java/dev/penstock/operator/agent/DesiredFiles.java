package dev.penstock.operator.agent;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

import io.fabric8.kubernetes.api.model.ConfigMap;

import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.MediaPoolStatus.Ring;
import dev.penstock.operator.haproxy.FrontDoor;
import dev.penstock.operator.haproxy.MapFile;
import dev.penstock.wire.RingTable;

/**
 * What HAProxy's files shall hold. Pure.
 *
 * @param configuration text of {@code haproxy.cfg}
 * @param aliases map of aliases
 * @param partitions map of partitions; empty when nobody knows it yet, then what is there stays
 */
record DesiredFiles(String configuration, MapFile aliases, Optional<MapFile> partitions) {
    /** Key of the gateway's ConfigMap that names its Live pool; empty for none. */
    static final String POOL = "pool";

    /** True if a ConfigMap has a configuration; one that somebody has emptied changes nothing. */
    static boolean isWhole(ConfigMap map) {
        return map.getData() != null && !map.getData().getOrDefault(FrontDoor.CONFIGURATION, "").isBlank();
    }

    static DesiredFiles of(ConfigMap map, Collection<MediaPool> pools, String folder) {
        Map<String, String> data = map.getData();
        String live = data.getOrDefault(POOL, "");
        Optional<MapFile> partitions = pools.stream().filter(p -> p.getMetadata().getName().equals(live)).findFirst()
                .flatMap(p -> Optional.ofNullable(p.getStatus() == null ? null : p.getStatus().ring()))
                .map(ring -> MapFile.partitions(folder + "/" + FrontDoor.PARTITIONS, live, table(ring)));
        return new DesiredFiles(data.getOrDefault(FrontDoor.CONFIGURATION, ""),
                MapFile.parse(folder + "/" + FrontDoor.ALIASES, data.getOrDefault(FrontDoor.ALIASES, "")), partitions);
    }

    private static RingTable table(Ring ring) {
        return RingTable.parse(ring.epoch(), ring.table());
    }
}
