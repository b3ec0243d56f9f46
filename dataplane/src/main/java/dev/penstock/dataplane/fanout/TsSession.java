package dev.penstock.dataplane.fanout;

import java.time.Instant;

/**
 * One HTTP-TS viewer.
 *
 * @param id unlike any other
 * @param address of the viewer
 * @param since when the answer began
 * @param bytes handed to the connection so far
 */
public record TsSession(String id, String address, Instant since, long bytes) {}
