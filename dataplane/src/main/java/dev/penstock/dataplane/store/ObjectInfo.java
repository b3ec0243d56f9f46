package dev.penstock.dataplane.store;

import java.time.Instant;

/**
 * What a store says of an object.
 *
 * @param key its key
 * @param bytes its stored length, compressed when it is
 * @param modified when it was stored, by the store's clock
 */
public record ObjectInfo(String key, long bytes, Instant modified) {}
