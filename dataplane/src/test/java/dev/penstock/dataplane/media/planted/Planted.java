package dev.penstock.dataplane.media.planted;

import dev.penstock.dataplane.hub.Chunk;

/** Breaks the arrows on purpose: {@code media} knows no consumer. The test of the rooms must notice it. */
final class Planted {
    Chunk chunk;
}
