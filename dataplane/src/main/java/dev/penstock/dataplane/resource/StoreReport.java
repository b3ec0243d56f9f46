package dev.penstock.dataplane.resource;

import java.time.Instant;

import dev.penstock.api.v1alpha1.ObjectStore;

/**
 * What a check of an object store has found.
 *
 * @param store what was checked
 * @param writable whether a probe object could be written, read and deleted
 * @param message what was found, one sentence, without secrets
 * @param checkedAt when
 */
public record StoreReport(ObjectStore store, boolean writable, String message, Instant checkedAt) {}
