package dev.penstock.dataplane.media;

/**
 * A connected source, as people see it.
 *
 * @param protocol scheme in lower case: {@code http}, {@code udp}, {@code file}, ...
 * @param remote the source's URL or address without user, password, query or key
 * @param index position of the URL in {@code spec.source.pull.urls}, from 0; 0 for a publisher
 */
public record SourceInfo(String protocol, String remote, int index) {}
