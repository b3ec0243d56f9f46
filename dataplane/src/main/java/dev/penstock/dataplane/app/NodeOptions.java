package dev.penstock.dataplane.app;

import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * What the command line says.
 *
 * @param directory folder with resources
 * @param http where to listen; port 0 for any free one
 * @param data folder for the spool and for file stores with a relative path; absolute
 * @param loops event loops, at least 1
 */
record NodeOptions(Path directory, InetSocketAddress http, Path data, int loops) {
    NodeOptions {
        if (loops < 1) {
            throw new IllegalArgumentException("--loops: " + loops + " (expected: at least 1)");
        }
    }
}
